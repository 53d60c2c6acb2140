// Goes on to the application when the frames that notify other applications have loaded, or after some seconds if one
// does not load. Written for the oldest browsers; where no script runs, the page refreshes itself.
(function () {
  var limit = 5000;
  var gone = false;

  function go() {
    if (!gone) {
      gone = true;
      window.location.replace(document.getElementById('logout-continue').href);
    }
  }

  window.onload = go;
  window.setTimeout(go, limit);
})();
