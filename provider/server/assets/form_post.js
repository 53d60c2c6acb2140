// Submits the form of the page, which carries the response to the client. Written for the oldest browsers.
document.forms[0].submit();
