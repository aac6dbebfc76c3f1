// SPDX-License-Identifier: Apache-2.0
//
// app - theme, keys, the list of mails and arrows in charts
//
// Everything works without this script; it saves clicks. What it hangs on: data-act="theme|keys",
// [data-mails] with rows tr[data-id], [data-all], [data-count], [data-viewer], [data-offer], .graph-plot.
"use strict";

(() => {
const root = document.documentElement;
const find = (selector, where = document) => where.querySelector(selector);
const all = (selector, where = document) => [...where.querySelectorAll(selector)];

// The daemon reads this cookie, so that the first paint has the right colours.
const THEMES = ["", "light", "dark"];
function nextTheme() {
    const next = THEMES[(THEMES.indexOf(root.dataset.theme ?? "") + 1) % THEMES.length];
    if (next) root.dataset.theme = next;
    else delete root.dataset.theme;
    document.cookie = `lafayette-theme=${next}; Path=/; Max-Age=${next ? 31536000 : 0}; SameSite=Strict`;
    say(`Theme: ${next || "as the system"}`);
}

// A line for screen readers, and for eyes when `shown`.
function say(text, where = find("[data-say]")) {
    let line = where;
    if (!line) {
        line = document.createElement("p");
        line.className = "unseen";
        line.dataset.say = "";
        line.setAttribute("aria-live", "polite");
        document.body.append(line);
    }
    line.textContent = text;
}

const PLACES = {
    o: ["/", "overview"], m: ["/email", "mails"], u: ["/url", "URLs"], p: ["/campaign", "patterns"],
    n: ["/network", "networks"], h: ["/email/graph", "graphs"], w: ["/email/map", "world map"],
    b: ["/outbox", "outbox"], q: ["/quarantine", "quarantine"], s: ["/study", "study"], a: ["/audit", "audit"],
};
const KEYS = [
    ["/", "search"], ["j k", "next, previous mail"], ["Enter", "open it beside the list"],
    ["x", "select it; with Shift all from the last one"], ["r", "report what is selected"], ["t", "theme"],
    ["g, then " + Object.keys(PLACES).join(" "), Object.values(PLACES).map((place) => place[1]).join(", ")],
    ["← →", "bars of a chart, when it has the focus"], ["?", "this list"],
];

// Single keys can be in the way of speech input (WCAG 2.1.4), so they can be turned off.
const singleKeys = () => localStorage.getItem("lafayette-keys") !== "off";

function element(name, text, ...children) {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    made.append(...children);
    return made;
}

function showKeys() {
    const dialog = find("dialog.keys") ?? makeKeys();
    dialog.showModal();
}

function makeKeys() {
    const list = element("dl");
    list.className = "facts";
    for (const [key, text] of KEYS) list.append(element("dt", "", element("kbd", key)), element("dd", text));
    const box = element("input");
    box.type = "checkbox";
    box.checked = singleKeys();
    box.addEventListener("change", () => localStorage.setItem("lafayette-keys", box.checked ? "on" : "off"));
    const label = element("label", "", box, "Single keys work");
    label.className = "check";
    const close = element("button", "Close");
    const form = element("form", "", element("h2", "Keys"), list, label, element("p"), close);
    form.method = "dialog";
    const dialog = element("dialog", "", form);
    dialog.className = "dialog keys";
    dialog.setAttribute("aria-label", "Keys");
    document.body.append(dialog);
    return dialog;
}

// The list of mails: one row is where the keys are, some are selected.
const mails = find("[data-mails]");
const rows = mails ? all("tr[data-id]", mails) : [];
const box = (row) => find('input[type="checkbox"]', row);
let at = -1;
let anchor = -1;

function count() {
    const chosen = rows.filter((row) => box(row)?.checked);
    rows.forEach((row) => row.classList.toggle("chosen", Boolean(box(row)?.checked)));
    const whole = find("[data-all]", mails);
    if (whole) {
        whole.checked = chosen.length > 0 && chosen.length === rows.length;
        whole.indeterminate = chosen.length > 0 && chosen.length < rows.length;
    }
    chooseAll(false, chosen.length > 0 && chosen.length === rows.length);
    tell(chosen.length ? `${chosen.length} selected` : "");
}

function tell(text) {
    const told = find("[data-count]", mails);
    if (told) told.textContent = text;
}

// All that match, beyond this page: without the script the button reports them at once.
const offer = mails && find("[data-offer]", mails);
const everything = element("input");
everything.type = "hidden";
everything.name = "all";
everything.value = "1";
everything.disabled = true;
function chooseAll(on, offered) {
    everything.disabled = !on;
    if (!offer) return;
    offer.hidden = !offered;
    offer.textContent = on ? "Only this page" : `Select ${offer.dataset.offer} that match`;
    if (on) tell(`${offer.dataset.offer.replace(/^./, (first) => first.toUpperCase())} that match are selected`);
}
if (offer) {
    offer.type = "button";
    offer.removeAttribute("name");
    offer.before(everything);
    offer.addEventListener("click", () => {
        if (everything.disabled) chooseAll(true, true);
        else count();
    });
}

function moveTo(index) {
    if (index < 0 || index >= rows.length) return;
    rows[at]?.classList.remove("at");
    at = index;
    rows[at].classList.add("at");
    rows[at].scrollIntoView({ block: "nearest" });
    // The mail's number is a link too, but hidden where there is little room.
    find(".c-subject a", rows[at])?.focus({ preventScroll: true });
    if (find("[data-viewer]")?.dataset.shown) openRow(rows[at]);
}

// From the row selected last to this one, all become what this one is.
function select(index, range, checked) {
    const [from, to] = range && anchor >= 0 ? [Math.min(anchor, index), Math.max(anchor, index)] : [index, index];
    for (let i = from; i <= to; i++) if (box(rows[i])) box(rows[i]).checked = checked;
    anchor = index;
    count();
}

// What the daemon answers for the side viewer takes the viewer's place; false when it is something else.
let asked = 0;
async function fillViewer(viewer, place, how) {
    const mine = ++asked;
    viewer.setAttribute("aria-busy", "true");
    try {
        const answer = await fetch(place, { credentials: "same-origin", ...how });
        if (!answer.ok || !answer.url.includes("fragment=1")) return false;
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        if (mine === asked) viewer.replaceChildren(...page.body.childNodes);
    } finally {
        if (mine === asked) viewer.removeAttribute("aria-busy");
    }
    return true;
}

async function openRow(row) {
    const viewer = find("[data-viewer]");
    const page = `/email/${row.dataset.id}`;
    if (!viewer || !viewer.offsetWidth) return location.assign(page);
    viewer.dataset.wanted = row.dataset.id;
    try {
        if (!await fillViewer(viewer, `${page}?fragment=1`)) return location.assign(page);
        if (viewer.dataset.wanted !== row.dataset.id) return;
        viewer.dataset.shown = row.dataset.id;
        viewer.scrollTop = 0;
        rows.forEach((one) => one.removeAttribute("aria-current"));
        row.setAttribute("aria-current", "true");
    } catch {
        if (viewer.dataset.wanted === row.dataset.id) say("The mail could not be read: is the connection there?", viewer);
    }
}

// A note from the side viewer leaves list, selection and place as they are.
async function keepNote(viewer, form) {
    const body = new URLSearchParams(new FormData(form));
    const button = find("button", form);
    button.disabled = true;
    try {
        if (await fillViewer(viewer, `${form.action}?fragment=1`, { method: "POST", body })) {
            const told = find(".flash", viewer);
            told?.scrollIntoView({ block: "nearest" });
            return say(told?.textContent ?? "");
        }
        say("The note was not kept: copy it, reload the page (and log in) and try again.", noteLine(form));
    } catch {
        say("The note was not kept: is the connection there?", noteLine(form));
    }
    button.disabled = false;
}

function noteLine(form) {
    const line = find("[role=alert]", form) ?? element("p");
    line.className = "flash flash-bad";
    line.setAttribute("role", "alert");
    form.append(line);
    return line;
}

find("[data-viewer]")?.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-note]")) return;
    event.preventDefault();
    keepNote(event.currentTarget, event.target);
});

if (mails) {
    rows.forEach((row, index) => {
        box(row)?.addEventListener("click", (event) => select(index, event.shiftKey, event.target.checked));
        row.addEventListener("click", (event) => {
            const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;
            const link = event.target.closest("a");
            if (event.target.closest("input, button") || !plain) return;
            if (link && !link.pathname.endsWith(`/email/${row.dataset.id}`)) return;
            event.preventDefault();
            moveTo(index);
            openRow(row);
        });
    });
    find("[data-all]", mails)?.addEventListener("change", (event) => {
        rows.forEach((row) => { if (box(row)) box(row).checked = event.target.checked; });
        count();
    });
    count();
}

// On a phone the rail is one line: the page that is shown may lie outside of it.
const here = find(".rail [aria-current]");
if (here) here.closest("ul").scrollLeft = here.offsetLeft - 40;

// Graphs are shown anew from time to time, unless somebody reads their table.
const seconds = Number(document.body.dataset.refresh);
if (seconds) setInterval(() => { if (!find("details[open]")) location.reload(); }, seconds * 1000);

// A menu closes when one turns to something else.
const menus = all("details.menu");
addEventListener("click", (event) => menus.forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; }));
addEventListener("keydown", (event) => { if (event.key === "Escape") menus.forEach((menu) => { menu.open = false; }); });

// Bars of a chart by arrow keys; what a bar tells is read out.
for (const plot of all(".graph-plot")) {
    const bars = all(".bar", plot);
    let bar = bars.length;
    plot.tabIndex = 0;
    plot.addEventListener("keydown", (event) => {
        const step = { ArrowLeft: -1, ArrowRight: 1, Home: -bars.length, End: bars.length }[event.key];
        if (event.key === "Enter") bars[bar]?.closest("a")?.dispatchEvent(new MouseEvent("click", { bubbles: true }));
        if (!step || !bars.length) return;
        event.preventDefault();
        bars[bar]?.classList.remove("on");
        bar = Math.min(Math.max(bar + step, 0), bars.length - 1);
        bars[bar].classList.add("on");
        say(find("title", bars[bar])?.textContent ?? "");
    });
}

// An empty field of a filter form need not stand in the address.
for (const form of all("form[data-filters]"))
    form.addEventListener("submit", () => all("input, select", form).forEach((field) => {
        field.disabled = field.value === "";
    }));
addEventListener("pageshow", () => all("form[data-filters] :disabled").forEach((field) => { field.disabled = false; }));

const COMMANDS = {
    "/": () => { const field = find("#search"); field?.focus(); field?.select(); },
    "?": showKeys,
    t: nextTheme,
    j: () => moveTo(at + 1),
    k: () => moveTo(Math.max(at - 1, 0)),
    x: () => { if (rows[at]) select(at, false, !box(rows[at])?.checked); },
    X: () => { if (rows[at]) select(at, true, true); },
    Enter: () => { if (rows[at]) openRow(rows[at]); },
    r: () => { if (rows.some((row) => box(row)?.checked)) find(".actions .button-main")?.click(); },
};
let goes = 0; // until when a letter after g counts
addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input:not([type=checkbox]), select, textarea, dialog, [contenteditable]");
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing || !singleKeys()) return;
    if (event.key === "Enter" && event.target.closest?.("a, button, summary, svg") &&
        !event.target.closest("[data-mails] tr")) return;
    if (event.timeStamp < goes && PLACES[event.key]) {
        event.preventDefault();
        return location.assign(PLACES[event.key][0]);
    }
    goes = event.key === "g" ? event.timeStamp + 1500 : 0;
    if (COMMANDS[event.key]) {
        event.preventDefault();
        COMMANDS[event.key]();
    }
});

for (const [act, run] of [["theme", nextTheme], ["keys", showKeys]])
    for (const button of all(`[data-act="${act}"]`)) {
        button.hidden = false;
        button.addEventListener("click", run);
    }
})();
