"""Addresses that every door shares: signing in and out, the language, the plain page, health."""

from django.contrib.auth.views import LogoutView
from django.urls import path
from django.views.i18n import set_language

from xiuhua.doors.frame import views

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", LogoutView.as_view(), name="sign_out"),
    path("password/", views.password, name="password"),
    path("language/", set_language, name="set_language"),
    path("too-old/", views.too_old, name="too_old"),
    path("healthz", views.health, name="health"),
]
