"""Addresses of the public door: nobody signs in here."""

from django.urls import path

from xiuhua.doors.portal.views import follow, home, nearby, report

app_name = "portal"

urlpatterns = [
    path("", home.home, name="home"),
    path("large", home.large, name="large"),
    path("report/", report.report, name="report"),
    path("received/<str:token>/", report.received, name="received"),
    path("follow/", follow.find, name="find"),
    path("follow/<str:token>/", follow.follow, name="follow"),
    path("follow/<str:token>/rate/", follow.rate, name="rate"),
    path("mine/", follow.mine, name="mine"),
    path("mine/rows", follow.rows, name="rows"),
    path("nearby/", nearby.nearby, name="nearby"),
    path("nearby/<str:number>/", nearby.shown, name="shown"),
    path("photo/<int:pk>-<str:size>.jpg", nearby.photo, name="photo"),
    path("map/streets.geojson", nearby.streets, name="streets"),
    path("map/boundary.geojson", nearby.boundary, name="boundary"),
]
