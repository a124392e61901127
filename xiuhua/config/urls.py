"""All addresses of the house: each door brings its own."""

from django.urls import include, path

from xiuhua.doors.frame import views as frame

urlpatterns = [
    path("", frame.home, name="home"),
    path("", include("xiuhua.doors.frame.urls")),
    path("desk/", include("xiuhua.doors.desk.urls")),
    path("street/", include("xiuhua.doors.street.urls")),
    path("public/", include("xiuhua.doors.portal.urls")),
    path("api/", include("xiuhua.doors.api.urls")),
]

handler403 = "xiuhua.doors.frame.errors.forbidden"
handler404 = "xiuhua.doors.frame.errors.not_found"
handler500 = "xiuhua.doors.frame.errors.fault"
