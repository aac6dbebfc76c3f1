// SPDX-License-Identifier: Apache-2.0
//
// world_map.mjs ISO_3166_JSON >world.json - the world as SVG paths, made once at build time
//
// Countries of Natural Earth (world-atlas, 1:50m) in the Equal Earth projection, turned by 11 degrees so that
// Chukotka stays in one piece; Antarctica left out. Keys: width, height, graticule, and
// countries: [{code, name, path?, dot?: [x, y]}]. Coordinates are integers, so that points that two
// countries share stay the same and points nearer than one unit fall together.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { geoArea, geoCentroid, geoEqualEarth, geoGraticule, geoPath } from "d3-geo";
import { feature } from "topojson-client";

const WIDTH = 1200;
const SMALLEST_RING = 1.2; // square units; smaller islands go unless they are all a country has
const SMALL_COUNTRY = 16;  // square units of all its rings: such a country gets a dot when it has mail

// Places that ISO names and Natural Earth draws inside another country, or not at all at this scale.
const PLACES = {
    BV: [3.4, -54.4], BQ: [-68.3, 12.2], CC: [96.8, -12.2], CX: [105.6, -10.5], GF: [-53.1, 3.9], GI: [-5.35, 36.14],
    GP: [-61.5, 16.2], MQ: [-61, 14.65], RE: [55.5, -21.1], SJ: [16, 78.6], TK: [-171.8, -9.2], TV: [179.2, -8.5],
    UM: [-162.1, 5.9], YT: [45.15, -12.8],
};
// Features without an ISO number; each is its own in the source. The two with no code of their own go
// with the country that ISO puts them in.
const UNNUMBERED = { Kosovo: "XK", Somaliland: "SO", "N. Cyprus": "CY" };
const OTHER_NAMES = { XK: "Kosovo" };

const iso = JSON.parse(readFileSync(process.argv[2], "utf8"))["3166-1"];
const byNumber = new Map(iso.map((country) => [country.numeric, country.alpha_2]));
const names = new Map(iso.map((country) => [country.alpha_2, country.common_name ?? country.name]));
for (const [code, name] of Object.entries(OTHER_NAMES)) names.set(code, name);

const require = createRequire(import.meta.url);
const atlas = JSON.parse(readFileSync(require.resolve("world-atlas/countries-50m.json"), "utf8"));
const isAntarctica = (geometry) => geometry.id === "010";
atlas.objects.countries.geometries = atlas.objects.countries.geometries.filter((one) => !isAntarctica(one));
const world = feature(atlas, atlas.objects.countries);

const projection = geoEqualEarth().rotate([-11, 0]).fitWidth(WIDTH, { type: "Sphere" });
const height = fitHeight();
const path = geoPath(projection);

// The land's southern end decides the height: an empty Antarctic would waste a sixth of it.
function fitHeight() {
    const [[, top], [, bottom]] = geoPath(projection).bounds(world);
    const margin = 12;
    const [x, y] = projection.translate();
    projection.translate([x, y - top + margin]);
    return Math.ceil(bottom - top + 2 * margin);
}

// Calls of a canvas context become rings of integer points.
function rings(object) {
    const out = [];
    const point = (x, y) => {
        const ring = out.at(-1);
        const next = [Math.round(x), Math.round(y)];
        const last = ring.at(-1);
        if (!last || last[0] !== next[0] || last[1] !== next[1]) ring.push(next);
    };
    const context = {
        moveTo: (x, y) => { out.push([]); point(x, y); },
        lineTo: point,
        closePath: () => { out.at(-1).closed = true; },
        arc: () => {},
    };
    geoPath(projection, context)(object);
    return out;
}

function ringArea(ring) {
    let sum = 0;
    ring.forEach(([x, y], i) => {
        const [nextX, nextY] = ring[(i + 1) % ring.length];
        sum += x * nextY - nextX * y;
    });
    return Math.abs(sum) / 2;
}

// A point on the line between its neighbours says nothing.
function withoutStraight(ring) {
    return ring.filter(([x, y], i) => {
        if (i === 0 || i === ring.length - 1) return true;
        const [ax, ay] = ring[i - 1], [bx, by] = ring[i + 1];
        return (x - ax) * (by - ay) !== (y - ay) * (bx - ax) || (x - ax) * (bx - x) + (y - ay) * (by - y) < 0;
    });
}

function pathText(list) {
    let text = "";
    for (const whole of list) {
        const ring = withoutStraight(whole);
        if (ring.length < 2) continue;
        let [lastX, lastY] = ring[0];
        text += `M${lastX} ${lastY}l`;
        text += ring.slice(1).map(([x, y]) => {
            const step = `${x - lastX}${y - lastY < 0 ? "" : " "}${y - lastY}`;
            [lastX, lastY] = [x, y];
            return step;
        }).reduce((sum, step) => sum + (sum && step[0] !== "-" ? " " : "") + step, "");
        if (whole.closed) text += "z";
    }
    return text;
}

function codeOf(country) {
    const name = country.properties.name;
    if (country.id === "036" && name !== "Australia") return "AU"; // Ashmore and Cartier Is. carry its number
    return byNumber.get(country.id) ?? UNNUMBERED[name];
}

const countries = new Map([...names.keys()].map((code) => [code, { rings: [], parts: [] }]));
countries.delete("AQ");
for (const part of world.features) {
    const code = codeOf(part);
    if (!code) {
        if (part.id !== undefined) throw new Error(`no code for ${part.id} ${part.properties.name}`);
        continue; // Siachen Glacier, Indian Ocean Ter. and the like: drawn by their neighbours' borders
    }
    countries.get(code).rings.push(...rings(part));
    countries.get(code).parts.push(part);
}

const out = [];
for (const [code, { rings: all, parts }] of [...countries].sort()) {
    const areas = all.map(ringArea);
    const largest = Math.max(0, ...areas);
    const total = areas.reduce((sum, area) => sum + area, 0);
    const kept = all.filter((ring, i) => areas[i] >= SMALLEST_RING || areas[i] === largest);
    const country = { code, name: names.get(code) };
    if (kept.length > 0 && largest > 0) country.path = pathText(kept);
    if (total < SMALL_COUNTRY) {
        const place = PLACES[code] ?? geoCentroid(parts.sort((a, b) => geoArea(b) - geoArea(a))[0]);
        if (!place || place.some(Number.isNaN)) throw new Error(`no place for ${code}`);
        country.dot = projection(place).map(Math.round);
    }
    out.push(country);
}

const graticule = pathText(rings(geoGraticule().step([30, 30]).extent([[-180, -60], [180, 90]])()));
process.stdout.write(JSON.stringify({
    width: WIDTH, height, graticule, countries: out,
}) + "\n");
process.stderr.write(`world map: ${out.length} countries, ${out.filter((one) => one.path).length} drawn, ` +
    `${out.filter((one) => one.dot).length} with a dot\n`);
