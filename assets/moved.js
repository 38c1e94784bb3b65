/** Follows the link of the place that an old address asks for, so that nobody has to; without this script it is one click away. */
"use strict";

const asked = decodeURIComponent(location.hash.slice(1));
const place = asked ? document.getElementById(asked) : null;
const link = place ? (place.matches("a[href]") ? place : place.querySelector("a[href]")) : null;
if (!asked || link) location.replace((link ?? document.getElementById("moved")).href);
