// Writes each time as the browser does, in the time zone that it is set to. Where that is not possible it stays as it is, in UTC.
// Written for the oldest browsers.
(function () {
  var language = document.documentElement.lang;
  var own = navigator.language || '';
  var form = { year: 'numeric', month: 'long', day: 'numeric', hour: '2-digit', minute: '2-digit', timeZoneName: 'short' };
  var times = document.getElementsByTagName('time');
  var n, at;
  if (own.indexOf(language) === 0) {
    language = own;
  }
  for (n = 0; n < times.length; n += 1) {
    at = new Date(times[n].getAttribute('datetime'));
    if (!isNaN(at.getTime())) {
      try {
        times[n].textContent = at.toLocaleString(language, form);
      } catch (error) {
        return;
      }
    }
  }
})();
