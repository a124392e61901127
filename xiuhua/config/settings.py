"""How the house starts. Everything that a bureau may change comes from the environment (see environment.py)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xiuhua.config import environment as env

XIUHUA_HOME = env.home()
XIUHUA_DATA = env.data()
XIUHUA_PRACTICE = env.yes("XIUHUA_PRACTICE")
XIUHUA_DIGEST = env.digest_algorithm()
XIUHUA_ADDRESS = env.text("XIUHUA_ADDRESS").rstrip("/")
XIUHUA_MAIL_URL = env.text("XIUHUA_MAIL_URL")
XIUHUA_SMS_URL = env.text("XIUHUA_SMS_URL")
XIUHUA_PROXIES = env.networks("XIUHUA_PROXIES")

SECRET_KEY = env.secret_key(XIUHUA_HOME)
DEBUG = env.yes("XIUHUA_DEBUG")
ALLOWED_HOSTS = [host.strip() for host in env.text("XIUHUA_HOSTS").split(",") if host.strip()]
FORCE_SCRIPT_NAME = env.path_prefix() or None
DATABASES = {"default": env.database(XIUHUA_HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "axes",
    "xiuhua.kit",
    "xiuhua.ledger",
    "xiuhua.city",
    "xiuhua.campaigns",
    "xiuhua.cases",
    "xiuhua.rounds",
    "xiuhua.enforcement",
    "xiuhua.programme",
    "xiuhua.doors.frame",
    "xiuhua.doors.desk",
    "xiuhua.doors.street",
    "xiuhua.doors.portal",
    "xiuhua.doors.api",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "xiuhua.doors.frame.middleware.edge",
    "xiuhua.doors.frame.middleware.own_password",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "xiuhua.config.urls"
WSGI_APPLICATION = "xiuhua.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "xiuhua.doors.frame.context.frame",
            ],
        },
    }
]

AUTH_USER_MODEL = "city.Account"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = ["username"]  # an office shares one address behind its proxy
SILENCED_SYSTEM_CHECKS = ["axes.W006"]
AXES_LOCKOUT_TEMPLATE = "frame/locked_out.html"
AXES_HTTP_RESPONSE_CODE = 429
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign_in"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("en", "English")]
LOCALE_PATHS = [env.HOUSE / "xiuhua" / "locale"]
TIME_ZONE = env.time_zone()
USE_TZ = True

STATIC_URL = f"{env.path_prefix()}/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG or (env.HOUSE / "frontend" / "src").is_dir()  # a checkout: it may be rebuilt meanwhile

CACHES = {
    "default": {  # one for each process: nothing that must be shared lies in it
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}

SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.yes("XIUHUA_HTTPS")
SESSION_COOKIE_NAME = "xiuhua_practice" if XIUHUA_PRACTICE else "xiuhua"
CSRF_COOKIE_NAME = f"{SESSION_COOKIE_NAME}_csrf"
CSRF_FAILURE_VIEW = "xiuhua.doors.frame.errors.csrf_failure"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.yes("XIUHUA_HTTPS") else None
X_FRAME_OPTIONS = "SAMEORIGIN"
DATA_UPLOAD_MAX_MEMORY_SIZE = 30 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # a month of a large squad is a form of its own
DATA_UPLOAD_MAX_NUMBER_FILES = 200  # above what any form takes, so that the form's own sentence says what is too many

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
