// Notes that somebody uses the page: once it is touched, never because it was merely fetched.
// Where the page says so, it also tells that it is open, for as long as somebody looks at it.
(function () {
    "use strict";
    const { visit, here } = document.currentScript.dataset;
    const TICK = 1000;
    const FIRST = 3000;
    const AGAIN = 60000;
    const IDLE = 10 * 60000;
    const UNSEEN = "claim_unseen";
    const touched = ["pointerdown", "keydown", "scroll"];
    let shown = 0;
    let last = 0;
    let sent = 0;
    let ticking = null;

    // A browser that keeps nothing remembers it as long as the page is open.
    let hidden = "0";
    function unseen() {
        try {
            hidden = window.localStorage.getItem(UNSEEN) || hidden;
        } catch {
            // As it was chosen on this page.
        }
        return hidden === "1";
    }
    function send(stays) {
        const tells = here && stays && !unseen();
        if (sent && !tells) {
            return;
        }
        sent = Date.now();
        const body = new URLSearchParams(tells ? { here: "1" } : {});
        fetch(visit, { method: "POST", keepalive: true, body }).catch(() => {});
    }
    function look() {
        shown += TICK;
        const now = Date.now();
        if (last && shown >= FIRST && now - last < IDLE && now - sent >= AGAIN) {
            send(true);
        }
    }
    function turn() {
        window.clearInterval(ticking);
        const visible = document.visibilityState === "visible" && !document.prerendering;
        ticking = visible ? window.setInterval(look, TICK) : null;
        if (!visible && last && !sent) {
            send(false);
        }
    }
    touched.forEach((name) =>
        document.addEventListener(
            name,
            (event) => {
                if (event.isTrusted && document.visibilityState === "visible") {
                    last = Date.now();
                }
            },
            { passive: true }
        )
    );
    document.addEventListener("visibilitychange", turn);
    turn();

    const on = document.getElementById("seen-on");
    const off = document.getElementById("seen-off");
    function say() {
        on.hidden = unseen();
        off.hidden = !unseen();
    }
    function choose(value) {
        hidden = value;
        try {
            window.localStorage.setItem(UNSEEN, value);
        } catch {
            // See above.
        }
        say();
    }
    if (here && on && off) {
        on.querySelector("button").hidden = false;
        on.querySelector("button").addEventListener("click", () => choose("1"));
        off.querySelector("button").addEventListener("click", () => choose("0"));
        say();
    }
})();
