// What scrolls inside itself must be reachable by keyboard.
function reach() {
  for (const box of document.querySelectorAll("pre, div.math, .table-wrapper, .course-map, .output, .nnw-tables")) {
    if (box.scrollWidth > box.clientWidth) {
      box.tabIndex = 0;
    } else {
      box.removeAttribute("tabindex");
    }
  }
}
addEventListener("load", reach);
addEventListener("resize", reach);
document.addEventListener("toggle", reach, true);
