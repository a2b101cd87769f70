// What both maps share: coast lines or tiles, names of the buttons. Loaded before the map's own script, without modules:
// the page that folium makes calls a function by its name.

window.kontoraMapBase = (map, settings) => {
  map.attributionControl.setPrefix(false);
  map.zoomControl.remove();
  L.control.zoom({ zoomInTitle: settings.texts.zoom_in, zoomOutTitle: settings.texts.zoom_out }).addTo(map);
  map.setMaxBounds([
    [-85, -190],
    [88, 230],
  ]);
  const pane = map.createPane("land");
  pane.style.zIndex = 150;
  const style = { pane: "land", color: "#8796a5", weight: 1, fillColor: "#f6f4ee", fillOpacity: 1, interactive: false };
  const [coarse, fine] = settings.land;
  let shown = null;
  const draw = async (address) => {
    const answer = await fetch(address);
    if (!answer.ok) return;
    const layer = L.geoJSON(await answer.json(), { ...style, attribution: settings.texts.land }).addTo(map);
    shown?.remove();
    shown = layer;
  };
  // The coarse line is 30 KB, the fine one 340 KB: it is worth its price only from near.
  let isFine = false;
  const refine = () => {
    if (isFine || map.getZoom() < 6) return;
    isFine = true;
    draw(fine);
  };
  draw(coarse).then(() => map.on("zoomend", refine) && refine());
  if (settings.tiles) L.tileLayer(settings.tiles, { attribution: settings.attribution, maxZoom: 19 }).addTo(map);
};
