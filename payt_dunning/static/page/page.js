// Notes that somebody uses the page: once it is touched, never because it was merely fetched.
(function () {
    "use strict";
    const visit = document.currentScript.dataset.visit;
    const touched = ["pointerdown", "keydown", "scroll"];
    function note(event) {
        if (!event.isTrusted || document.visibilityState !== "visible") {
            return;
        }
        touched.forEach((name) => document.removeEventListener(name, note));
        fetch(visit, { method: "POST", keepalive: true }).catch(() => {});
    }
    touched.forEach((name) => document.addEventListener(name, note, { passive: true }));
})();
