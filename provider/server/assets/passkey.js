// Hands the options of the page to the browser, which asks the person for a passkey or makes one, and sends its answer as a form.
// Where the browser cannot do that, the form stays hidden and the page is as it is without a script.
(function () {
  var form = document.getElementById('passkey-form');
  var button = document.getElementById('passkey');
  var said = document.getElementById('passkey-said');
  var unsupported = document.getElementById('passkey-unsupported');
  var type = window.PublicKeyCredential;
  var makes = form && form.hasAttribute('data-makes');
  var parse = type && (makes ? type.parseCreationOptionsFromJSON : type.parseRequestOptionsFromJSON);
  var username = document.getElementById('username');
  var waiting = null;

  function ask(mediation) {
    var options = { publicKey: parse.call(type, JSON.parse(form.getAttribute('data-options'))) };
    if (makes) {
      return navigator.credentials.create(options);
    }
    if (mediation) {
      waiting = new AbortController();
      options.mediation = mediation;
      options.signal = waiting.signal;
    }
    return navigator.credentials.get(options);
  }

  function send(credential) {
    form.querySelector('input[name=passkey]').value = JSON.stringify(credential.toJSON());
    form.submit();
  }

  function say(error) {
    var kind = 'failed';
    if (error.name === 'NotAllowedError' || error.name === 'AbortError') {
      kind = 'cancelled';
    } else if (error.name === 'InvalidStateError' && said.hasAttribute('data-present')) {
      kind = 'present';
    }
    said.textContent = said.getAttribute('data-' + kind);
    button.disabled = false;
  }

  if (!form || !parse || !navigator.credentials) {
    return;
  }
  form.hidden = false;
  button.hidden = false;
  if (unsupported) {
    unsupported.hidden = true;
  }
  button.addEventListener('click', function () {
    if (waiting) {
      waiting.abort();
      waiting = null;
    }
    said.textContent = '';
    button.disabled = true;
    ask().then(send, say);
  });
  // Beside the name, the browser offers passkeys as it offers passwords. What goes wrong there needs no words.
  if (!makes && username && !form.hasAttribute('data-quiet') && type.isConditionalMediationAvailable) {
    type.isConditionalMediationAvailable().then(function (is) {
      if (is && !button.disabled) {
        ask('conditional').then(send, function () {});
      }
    });
  }
})();
