import "./core";
import "./live";
import "./photo";
import "./outbox";
import "./pin";
import "./maps";
import "./slider";
import "./worker";
