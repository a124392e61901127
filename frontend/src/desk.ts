import "./core";
import "./keys";
import "./live";
import "./slider";
import "./maps";
import "./pin";
import "./dispatch";
import "./ticks";
