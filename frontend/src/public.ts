import "./core";
import "./photo";
import "./pin";
import "./maps";
import "./slider";
import "./citizen";
