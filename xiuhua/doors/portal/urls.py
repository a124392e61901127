"""Addresses of this door."""

app_name = "portal"

urlpatterns: list = []
