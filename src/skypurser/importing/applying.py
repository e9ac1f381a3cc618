"""The job that imports a file which was confirmed: whole, so it is done once, or nothing of it."""

from dataclasses import replace

from skypurser.backlog.running import Finished, Kind, Run
from skypurser.importing import uploads
from skypurser.importing.asking import IMPORT, must_agree
from skypurser.importing.carrying_out import File, carry_out
from skypurser.importing.report import as_facts


def import_file(run: Run) -> Finished:
    """Do an `import`; the file is gone with it.

    What it takes is asked again: a threshold may be lower by now, and whoever confirmed may do less.
    """
    upload_id: int = run.parameters["upload"]
    rows = uploads.found(upload_id, actor=run.actor, now=None)
    row = rows.get()
    report = carry_out(
        File(name=row.name, content=bytes(row.content), kind=row.kind),
        reference=row.reference,
        actor=run.actor,
        now=run.now,
        uploaded_by=row.uploaded_by,
        progress=run.progress,
    )
    must_agree(replace(uploads.view(row), report=report), actor=run.actor)
    rows.delete()
    return Finished(as_facts(report))


#: The kind of job.
KINDS = (Kind(IMPORT, import_file),)
