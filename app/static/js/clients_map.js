// Clients on the map: asks for those of the visible box, draws points and clusters; nothing is put in as HTML.

window.kontoraClients = (map, settings) => {
  const { texts } = settings;
  kontoraMapBase(map, settings);
  const layer = L.layerGroup().addTo(map);
  const fill = (words, n) => words.replace("{n}", n.toLocaleString(document.documentElement.lang));
  const make = (tag, content, css = "") => {
    const made = document.createElement(tag);
    made.append(...[content].flat());
    if (css) made.className = css;
    return made;
  };
  const said = make("div", "", "map-said");
  said.setAttribute("role", "alert");
  said.hidden = true;
  map.getContainer().append(said);

  const words = { overdue: "⚠ ", owes: "" };
  function cardOf(client) {
    const link = make("a", texts.open);
    link.href = client.url;
    link.target = "_top";
    const parts = [make("strong", client.name)];
    if (client.town) parts.push(make("span", client.town));
    if (client.words) parts.push(make("span", (words[client.debt] ?? "") + client.words, `is-${client.debt}`));
    return make("div", [...parts, link], "map-popup");
  }

  function markOf({ geometry, properties }) {
    const [longitude, latitude] = geometry.coordinates;
    const label = [properties.name, properties.words].filter(Boolean).join(", ");
    const icon = L.divIcon({ className: `map-mark is-${properties.debt}`, iconSize: [24, 24], html: document.createElement("i") });
    return L.marker([latitude, longitude], { icon, title: label, alt: label, riseOnHover: true }).bindPopup(() => cardOf(properties));
  }

  const short = (n) => (n < 10000 ? String(n) : `${Math.round(n / 1000)}k`);

  function clusterMark([longitude, latitude], count, overdue, open) {
    const label = overdue ? `${fill(texts.clients, count)}, ${fill(texts.overdue, overdue)}` : fill(texts.clients, count);
    const side = count < 10 ? 32 : count < 100 ? 38 : count < 1000 ? 44 : 52;
    const icon = L.divIcon({
      className: "map-cluster",
      iconSize: [side, side],
      html: make("span", [short(count), ...(overdue ? [make("b", `⚠ ${short(overdue)}`)] : [])]),
    });
    return L.marker([latitude, longitude], { icon, title: label, alt: label, keyboard: true }).on("click", open);
  }

  /** Clients of one address cannot be told apart by coming nearer: they are listed. */
  function listOf(clients, total) {
    const rows = clients.map(({ properties }) => make("li", cardOf(properties)));
    if (total > rows.length) rows.push(make("li", fill(texts.more, total - rows.length)));
    return make("div", make("ul", rows), "map-popup");
  }

  let index = null;
  let made = [];
  function draw() {
    layer.clearLayers();
    for (const feature of made) {
      const [west, south, east, north] = feature.properties.box;
      const { count, overdue } = feature.properties;
      const nearer = () => map.fitBounds([[south, west], [north, east]], { maxZoom: Math.min(18, map.getZoom() + 4), padding: [40, 40] });
      layer.addLayer(clusterMark(feature.geometry.coordinates, count, overdue, nearer));
    }
    if (!index) return;
    const box = map.getBounds();
    for (const feature of index.getClusters([box.getWest(), box.getSouth(), box.getEast(), box.getNorth()], Math.round(map.getZoom()))) {
      const { cluster, cluster_id: id, point_count: count, late } = feature.properties;
      if (!cluster) {
        layer.addLayer(markOf(feature));
        continue;
      }
      const [longitude, latitude] = feature.geometry.coordinates;
      const open = () => {
        const zoom = index.getClusterExpansionZoom(id);
        if (zoom <= 16) map.setView([latitude, longitude], zoom);
        else L.popup().setLatLng([latitude, longitude]).setContent(listOf(index.getLeaves(id, 20), count)).openOn(map);
      };
      layer.addLayer(clusterMark([longitude, latitude], count, late, open));
    }
  }

  function take(features) {
    made = features.filter(({ properties }) => "box" in properties);
    const points = features.filter(({ properties }) => "id" in properties);
    // The sheet begins in the Bering Strait: Chukotka lies to the right of the rest.
    for (const { geometry } of features) if (geometry.coordinates[0] < -169) geometry.coordinates[0] += 360;
    index = new Supercluster({
      radius: 76,
      maxZoom: 16,
      map: ({ debt }) => ({ late: debt === "overdue" ? 1 : 0 }),
      reduce: (sum, one) => (sum.late += one.late),
    }).load(points);
    draw();
  }

  let asking = null;
  async function load() {
    asking?.abort();
    asking = new AbortController();
    const box = map.getBounds().pad(0.2);
    const edge = (value, most) => Math.max(-most, Math.min(most, value)).toFixed(4);
    const bbox = [edge(box.getWest(), 360), edge(box.getSouth(), 90), edge(box.getEast(), 360), edge(box.getNorth(), 90)].join();
    const address = new URL(settings.points, location.href);
    address.searchParams.set("bbox", bbox);
    address.searchParams.set("zoom", Math.round(map.getZoom()));
    map.getContainer().setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address, { signal: asking.signal });
      if (!answer.ok) throw new Error(String(answer.status));
      take((await answer.json()).features);
      said.hidden = true;
    } catch (error) {
      if (error.name === "AbortError") return;
      said.textContent = texts.failed;
      said.hidden = false;
    }
    map.getContainer().removeAttribute("aria-busy");
  }

  let timer;
  map.on("moveend", () => {
    clearTimeout(timer);
    timer = setTimeout(load, 120);
  });
  // Everything that was asked for is in sight at first.
  if (settings.box) {
    const [west, south, east, north] = settings.box;
    map.fitBounds([[south, west], [north, east]], { maxZoom: 11, padding: [30, 30], animate: false });
  }
  load();

  // The page around asks to show a client of its list.
  window.addEventListener("message", ({ origin, data }) => {
    if (origin !== location.origin || data?.kind !== "show") return;
    map.setView([data.latitude, data.longitude < -169 ? data.longitude + 360 : data.longitude], Math.max(map.getZoom(), 12));
  });
};
