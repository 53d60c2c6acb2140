// Goes on to the application when the frames, by which others are told, have loaded, or after some seconds if one does
// not. Kept to what the oldest browsers run; where no script runs, the page goes on by itself.
(function () {
  var patience = 5000;
  var gone = false;

  function go() {
    if (!gone) {
      gone = true;
      window.location.replace(document.getElementById('logout-continue').href);
    }
  }

  window.onload = go;
  window.setTimeout(go, patience);
})();
