// Keeps the state of a running job fresh. A failed question is asked again, later and later.

const place = document.getElementById("job");
const FIRST = 1000;
const LONGEST = 15000;
let wait = FIRST;

async function look() {
  try {
    const answer = await fetch(place.dataset.stateUrl, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const state = await answer.json();
    place.innerHTML = state.html; // made by our own template, which escapes
    wait = FIRST;
    if (state.is_over) {
      document.getElementById("job-acts")?.remove();
      return;
    }
  } catch {
    wait = Math.min(LONGEST, wait * 2);
  }
  setTimeout(look, wait);
}

setTimeout(look, wait);
