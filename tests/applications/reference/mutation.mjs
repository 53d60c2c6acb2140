// Which mistake this process makes: `MUTATION=NAME`. Without one it makes none.
const chosen = process.env.MUTATION ?? '';

/** Whether the application makes the mistake of that name. */
export const makes = (name) => chosen === name;
