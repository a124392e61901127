"""Addresses of the officer's phone."""

from django.urls import path

from xiuhua.doors.frame.worker import service_worker
from xiuhua.doors.street import photos
from xiuhua.doors.street.views import case, clearing, counts, duty, home, report, slips

app_name = "street"

urlpatterns = [
    path("", home.home, name="home"),
    path("live", home.live, name="live"),
    path("list/<str:show>/", home.cases, name="cases"),
    path("map/", home.city_map, name="map"),
    path("map/cases.geojson", home.points, name="points"),
    path("map/streets.geojson", home.streets, name="streets"),
    path("report/", report.report, name="report"),
    path("report/spot", report.spot, name="spot"),
    path("count/", counts.count, name="count"),
    path("slip/", slips.slip, name="slip"),
    path("slip/repeat", slips.repeat, name="repeat"),
    path("case/<str:number>/", case.case, name="case"),
    path("case/<str:number>/seen", case.seen, name="seen"),
    path("case/<str:number>/acknowledge/", case.acknowledge, name="acknowledge"),
    path("case/<str:number>/caller/", case.caller, name="caller"),
    path("case/<str:number>/contacted", case.contacted, name="contacted"),
    path("case/<str:number>/handle/", case.handle, name="handle"),
    path("case/<str:number>/return/", case.give_back, name="return"),
    path("case/<str:number>/extend/", case.extend, name="extend"),
    path("case/<str:number>/check/", case.check, name="check"),
    path("photo", photos.take_photo, name="photo"),
    path("picture/<int:pk>.jpg", photos.picture, name="picture"),
    path("picture/<int:pk>-small.jpg", photos.picture, {"size": "card"}, name="thumb"),
    path("shops/", home.shops, name="shops"),
    path("duty/", duty.duty, name="duty"),
    path("duty/spot", duty.duty_spot, name="duty_spot"),
    path("duty/leave/", duty.leave, name="leave"),
    path("duty/leave/<str:code>/end", duty.leave_end, name="leave_end"),
    path("duty/squad/", duty.squad, name="squad"),
    path("clearing/", clearing.clearings, name="clearings"),
    path("clearing/<str:code>/", clearing.clearing, name="clearing"),
    path("me/", home.me, name="me"),
    path("me/channels/", home.ways, name="channels"),
    path("outbox/", home.outbox, name="outbox"),
    path("sw.js", service_worker, name="worker"),
]
