"""Django's settings. There is little to configure by hand: the database comes from `config.database`."""

import os
from pathlib import Path

from django.utils.csp import CSP

from skypurser import web
from skypurser.config.database import django_databases
from skypurser.config.mail import mailers, sender
from skypurser.config.public_url import public_url
from skypurser.config.secret_key import when_needed

SECRET_KEY = when_needed(os.environ)
DEBUG = False
_url = public_url(os.environ)
#: Where people reach the desk; empty when nobody said so.
PUBLIC_URL = _url.origin
ALLOWED_HOSTS = list(_url.hosts)
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL else []
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE = _url.is_https
SECURE_HSTS_SECONDS = _url.hsts_seconds
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _url.proxies else None
ROOT_URLCONF = "skypurser.config.urls"
WSGI_APPLICATION = "skypurser.config.wsgi.application"
MIDDLEWARE = [
    "skypurser.config.watching.Watch",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "skypurser.web.assets.Assets",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "skypurser.web.staying.Staying",
    "django_htmx.middleware.HtmxMiddleware",
]
APPEND_SLASH = False
LOGGING_CONFIG = "skypurser.config.logs.configure"
LOGGING = {"version": 1}  # handed over as it is; Django asks nobody about an empty one
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.postgres",
    "skypurser.access",
    "skypurser.history",
    "skypurser.ledger",
    "skypurser.parties",
    "skypurser.electronic",
    "skypurser.tickets",
    "skypurser.jetcards",
    "skypurser.charter",
    "skypurser.invoices",
    "skypurser.statements",
    "skypurser.overview",
    "skypurser.webhooks",
    "skypurser.alerts",
    "skypurser.importing",
    "skypurser.briefings",
    "procrastinate.contrib.django",
    "skypurser.backlog",
    "skypurser.mail",
    "skypurser.jobs",
    "skypurser.identity",
    "skypurser.web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "skypurser.web.shell.context.shell",
            ],
        },
    }
]

FILE_UPLOAD_HANDLERS = [
    "skypurser.web.uploading.Bounded",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

FORM_RENDERER = "skypurser.web.selects.Renderer"

AUTH_USER_MODEL = "identity.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

#: Seconds without a request after which a session ends; "remember me" makes it two weeks.
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True

ACCOUNT_FORMS = {
    "login": "skypurser.web.account.forms.LoginForm",
    "change_password": "skypurser.web.account.forms.ChangePasswordForm",
}
ACCOUNT_ADAPTER = "skypurser.identity.signing_in.Adapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_SESSION_COOKIE_AGE = 14 * 24 * 3600
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = _url.proxies
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # who has an address was told a link, not sent a mail
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_FORMS = {
    "authenticate": "skypurser.web.account.forms.AuthenticateForm",
    "reauthenticate": "skypurser.web.account.forms.ReauthenticateForm",
}
MFA_TOTP_ISSUER = "Skypurser"
MFA_TOTP_TOLERANCE = 1  # a code of the half minute before counts too: RFC 6238 allows for slow clocks and fingers

#: Where letters are handed over; nowhere without a server, and then none is written.
MAILERS = mailers(os.environ)
DEFAULT_FROM_EMAIL = sender(os.environ)
SILENCED_SYSTEM_CHECKS = ["mail.W001"]  # no server is a choice: the desk says so where a letter would be written

#: Attempts to sign in are counted here, for all processes together.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "identity_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
STORAGES = {"staticfiles": {"BACKEND": "skypurser.web.assets.Storage"}}

#: Nothing but our own files, and nothing inline: what an attacker gets into a page does nothing there.
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
    "base-uri": [CSP.NONE],
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [Path(web.__file__).parent / "locale"]
LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "skypurser.web.shell.failing.form_expired"

# The worker imports this when it starts; nothing else looks for tasks.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""
PROCRASTINATE_IMPORT_PATHS = ["skypurser.jobs.schedule", "skypurser.jobs.asked"]

#: The lists that can be had as files; a worker finds them here.
EXPORTED_LISTS = "skypurser.web.exported.LISTS"

#: Servers keep connections open from request to request, at most so many per process.
_pool = int(os.environ.get("SKYPURSER_CONNECTIONS", "0"))
DATABASES = django_databases(os.environ, pool={"min_size": 1, "max_size": _pool} if _pool else False)
