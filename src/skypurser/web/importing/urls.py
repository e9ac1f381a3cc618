"""The paths of imports."""

from django.urls import path

from skypurser.web.importing import bringing, confirming, downloading

patterns = [
    path("import", bringing.bring, name="import"),
    path("import/template.xlsx", downloading.template, name="import-template"),
    path("import/template-<slug:sheet>.csv", downloading.sheet_template, name="import-sheet-template"),
    path("import/<int:upload_id>", confirming.confirm, name="import-upload"),
    path("import/<int:upload_id>/discard", confirming.discard, name="import-discard"),
]
