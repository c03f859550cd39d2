// Two comforts; without them the page shows every player one below the other.
// 1. One sound at a time.
document.addEventListener("play", (event) => {
  for (const other of document.querySelectorAll("audio")) if (other !== event.target) other.pause();
}, true);
// 2. A ladder shows one rung at a time, and changing the rung goes on from the same moment.
for (const ladder of document.querySelectorAll(".ladder")) {
  const choice = ladder.querySelector(".choice");
  const rungs = [...ladder.querySelectorAll(".rungs figure")];
  const show = (index) => {
    const before = ladder.querySelector("figure.shown audio");
    rungs.forEach((rung, place) => rung.classList.toggle("shown", place === index));
    const after = rungs[index].querySelector("audio");
    if (!before || before === after) return;
    const playing = !before.paused && !before.ended;
    before.pause();
    after.currentTime = before.ended ? 0 : before.currentTime;
    if (playing) after.play();
  };
  choice.addEventListener("change", (event) => show(Number(event.target.value)));
  choice.hidden = false;
  ladder.classList.add("switching");
  show(Number(choice.querySelector("input:checked").value));
}
