"""Addresses of the desk."""

from django.urls import path

from xiuhua.doors.desk.views import case, dispatch, maps

app_name = "desk"

urlpatterns = [
    path("", dispatch.dispatch, name="dispatch"),
    path("list", dispatch.dispatch_list, name="dispatch_list"),
    path("pane/<str:number>", dispatch.pane, name="pane"),
    path("live", dispatch.live, name="live"),
    path("case/<str:number>/", case.case, name="case"),
    path("case/<str:number>/step", case.step, name="step"),
    path("photo/<str:digest>/<str:size>", case.photo, name="photo"),
    path("map/segments.geojson", maps.segments, name="map_segments"),
    path("map/boundary.geojson", maps.boundary, name="map_boundary"),
    path("map/cases.geojson", maps.cases, name="map_cases"),
    path("map/case/<str:number>.geojson", maps.one_case, name="map_case"),
    path("map/officers.geojson", maps.officers, name="map_officers"),
]
