// Goes on to the application when the frames, by which others are told, have loaded. Kept to what the oldest browsers
// run; without it the page goes on after some seconds.
window.onload = function () {
  window.location.replace(document.getElementById('logout-continue').href);
};
