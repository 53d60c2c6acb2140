const TEXTS = {
  en: {
    signIn: 'Sign in',
    signUp: 'Create an account',
    account: 'Your account',
    signOut: 'Sign out',
    menu: 'Account menu of',
  },
  de: { signIn: 'Anmelden', signUp: 'Konto anlegen', account: 'Ihr Konto', signOut: 'Abmelden', menu: 'Kontomenü von' },
};

/** The texts in the language of the element: that of `lang` around it, else that of the browser. */
export function textsFor(element: HTMLElement): (typeof TEXTS)['en'] {
  const language = element.closest<HTMLElement>('[lang]')?.lang || navigator.language;
  return /^de\b/i.test(language) ? TEXTS.de : TEXTS.en;
}
