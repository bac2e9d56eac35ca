// Sets the chosen theme before the first paint; a script of its own, since the page forbids inline ones.
(() => {
  try {
    const theme = localStorage.getItem('regionpilot.theme');
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  } catch {
    // Storage is forbidden: the system's preference stands.
  }
})();
