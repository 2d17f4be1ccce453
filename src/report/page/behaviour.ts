import { DARK_COLOURS, legendOfLines, logarithmicGrid, logarithmicTick } from '../chart-config.js'

/**
 * What the page does with JavaScript: draws charts when they come into view, sorts tables. Runs in the reader's
 * browser, so it is plain text here.
 */
export const BEHAVIOUR = `
(() => {
  const figures = JSON.parse(document.getElementById('figures').textContent);
  const darkColours = ${JSON.stringify(DARK_COLOURS)};
  const prefersDark = matchMedia('(prefers-color-scheme: dark)');
  const drawn = new Map();
  if (globalThis.Chart) {
    Chart.defaults.font.family = 'Inter';
    (${legendOfLines.toString()})(Chart);
    const grid = ${logarithmicGrid.toString()};
    Chart.defaults.set('scales.logarithmic', { ticks: { callback: ${logarithmicTick.toString()} }, grid: { color: grid, tickColor: grid } });
  }
  const inDark = (colour) => (darkColours[colour.slice(0, 7)] ?? colour.slice(0, 7)) + colour.slice(7);
  const configOf = (id, dark) => {
    const config = structuredClone(figures[id]);
    if (dark) for (const line of config.data.datasets) {
      line.borderColor = inDark(line.borderColor);
      line.backgroundColor = inDark(line.backgroundColor);
    }
    return config;
  };
  const draw = (canvas, dark = prefersDark.matches) => {
    drawn.get(canvas)?.destroy();
    Chart.defaults.color = dark ? '#c8cfd6' : '#3c444d';
    Chart.defaults.borderColor = dark ? 'rgba(255,255,255,0.14)' : 'rgba(0,0,0,0.1)';
    drawn.set(canvas, new Chart(canvas, configOf(canvas.dataset.figure, dark)));
    canvas.dataset.drawn = '1';
  };
  const drawAgain = (dark) => { for (const canvas of [...drawn.keys()]) draw(canvas, dark); };
  prefersDark.addEventListener('change', () => drawAgain(prefersDark.matches));
  const watch = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) { watch.unobserve(entry.target); if (!drawn.has(entry.target)) draw(entry.target); }
  }, { rootMargin: '300px' });
  for (const canvas of document.querySelectorAll('canvas[data-figure]')) watch.observe(canvas);
  for (const details of document.querySelectorAll('details')) details.addEventListener('toggle', () => {
    if (details.open) for (const canvas of details.querySelectorAll('canvas[data-figure]')) watch.observe(canvas);
  });
  const reveal = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const folded = target && target.closest('details');
    if (folded) folded.open = true;
  };
  addEventListener('hashchange', reveal);
  reveal();
  addEventListener('beforeprint', () => {
    for (const canvas of document.querySelectorAll('canvas[data-figure]'))
      if (canvas.offsetParent && (prefersDark.matches || !drawn.has(canvas))) draw(canvas, false);
  });
  addEventListener('afterprint', () => { if (prefersDark.matches) drawAgain(true); });
  for (const table of document.querySelectorAll('table.sortable')) {
    const body = table.tBodies[0];
    table.querySelectorAll('thead th').forEach((head, column) => {
      const label = head.textContent;
      const button = document.createElement('button');
      button.textContent = label;
      button.title = 'Sort by this column';
      head.replaceChildren(button);
      button.addEventListener('click', () => {
        const down = head.getAttribute('aria-sort') !== 'descending';
        for (const other of table.querySelectorAll('thead th')) other.removeAttribute('aria-sort');
        head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
        const key = (row) => { const cell = row.cells[column]; return cell.dataset.value ?? cell.textContent.trim(); };
        const rows = [...body.rows].sort((a, b) => {
          const x = key(a), y = key(b);
          if (x === '' || y === '') return (x === '') - (y === '');
          const order = Number.isNaN(+x) || Number.isNaN(+y) ? y.localeCompare(x, 'en', { numeric: true }) : +y - +x;
          return down ? order : -order;
        });
        body.append(...rows);
      });
    });
  }
})();
`
