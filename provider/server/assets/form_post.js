// Sends the form of the page, which carries the answer to the client. Kept to what the oldest browsers run.
document.forms[0].submit();
