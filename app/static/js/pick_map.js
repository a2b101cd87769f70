// One place on the map: shown, or chosen by a click or by the arrows and Enter; the page around is told.

window.kontoraPick = (map, settings) => {
  kontoraMapBase(map, settings);
  const icon = L.divIcon({ className: "map-mark is-chosen", iconSize: [28, 28], html: document.createElement("i") });
  let mark = null;
  const put = (at) => {
    if (mark) mark.setLatLng(at);
    else {
      mark = L.marker(at, { icon, draggable: !settings.is_fixed, title: settings.texts.place, alt: settings.texts.place }).addTo(map);
      mark.on("dragend", () => tell(mark.getLatLng()));
    }
  };
  const tell = (at) => {
    const there = at.wrap();
    window.parent.postMessage({ kind: "picked", latitude: there.lat.toFixed(6), longitude: there.lng.toFixed(6) }, location.origin);
  };
  const choose = (at) => {
    put(at);
    tell(at);
  };
  if (settings.chosen) put(settings.chosen);
  if (settings.is_fixed) return;
  map.on("click", ({ latlng }) => choose(latlng));
  map.getContainer().addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target === map.getContainer()) choose(map.getCenter());
  });
};
