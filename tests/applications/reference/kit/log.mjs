// The log: one JSON object a line.
const write = (level, message, members) =>
  console.log(JSON.stringify({ time: new Date().toISOString(), level, message, ...members }));

export const logRequest = (members) => write('info', 'request', members);
export const logError = (error, members) => write('error', error.message, { ...members, stack: error.stack });
