// What one would ask DuckDB for the workload of the hot path: the fate of each record, and, which is less, how many records have each. One thread, the records in a table of its own; the rule
// sets in another, with the first cutoff that each kind of rule has on each trigger, so that one comparison does for each.
//
//   npm install @duckdb/node-api
//   node duckdb.mjs <folder with records.csv and sets.csv> <runs>
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';

const [folder, runs] = [process.argv[2], Number(process.argv[3] ?? 15)];

// The package is taken from where the command is given, so that nothing is installed beside this file.
const { DuckDBInstance } = createRequire(path.join(process.cwd(), 'package.json'))('@duckdb/node-api');
const connection = await (await DuckDBInstance.create(':memory:')).connect();
await connection.run(`CREATE TABLE records AS SELECT * FROM read_csv('${folder}/records.csv', header = true,
  columns = {'set': 'UTINYINT', 'facts': 'UTINYINT', 't0': 'BIGINT', 't1': 'BIGINT', 't2': 'BIGINT'})`);
await connection.run(`CREATE TABLE sets AS SELECT * FROM read_csv('${folder}/sets.csv', header = true,
  columns = {'set': 'UTINYINT', 'p0': 'BIGINT', 'p1': 'BIGINT', 'p2': 'BIGINT', 'o0': 'BIGINT', 'o1': 'BIGINT', 'o2': 'BIGINT'})`);
await connection.run('SET threads = 1');

const fates = `
  SELECT CAST(CASE
      WHEN t0 >= p0 OR t1 >= p1 OR t2 >= p2 THEN CASE WHEN facts & 2 = 0 THEN 0 ELSE 2 END
      WHEN t0 >= o0 OR t1 >= o1 OR t2 >= o2 OR facts & 1 <> 0 THEN 2
      ELSE 4 END AS UTINYINT) AS fate
    FROM records JOIN sets USING (set)`;

const counting = await median(async () =>
  (await connection.runAndReadAll(`SELECT fate, count(*) AS records FROM (${fates}) GROUP BY fate ORDER BY fate`)).getRows());
const writing = await median(async () => {
  await connection.run(`CREATE OR REPLACE TABLE fates AS ${fates}`);
});
console.log(JSON.stringify({ counting: counting.milliseconds, writing: writing.milliseconds, fates: counting.last.map(([fate, records]) => [Number(fate), Number(records)]) }));

async function median(work) {
  const times = [];
  let last;
  for (let run = 0; run < runs + 2; run++) {
    const start = process.hrtime.bigint();
    last = await work();
    const elapsed = Number(process.hrtime.bigint() - start);
    if (run >= 2) times.push(elapsed);
  }

  times.sort((a, b) => a - b);
  return { milliseconds: times[times.length >> 1] / 1e6, last };
}
