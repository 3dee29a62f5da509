using Gdpr.Relational.Mapping;
using Gdpr.Retention;
using Gdpr.Sources;

namespace Gdpr.Relational.Queries;

/// <summary>The fates of records that concern several people: each group as it is for each party (<c>x0_0</c> …), then each part as <see cref="PartyJudge"/>
/// decides it (<c>g0</c> …).</summary>
internal sealed class PartyFateSql(SqlDialect dialect, MappedDataSet dataSet, RecordQuery records, RetentionCutoffs cutoffs)
{
    /// <summary>Where nothing is known of anybody, every party stands as the first.</summary>
    private readonly int[] _parties = [.. Enumerable.Range(0, Math.Max(records.Parties, 1))];

    /// <summary>The query.</summary>
    /// <param name="rules">The rules, each with the name of its state.</param>
    /// <param name="text">The query of the records.</param>
    public string Text(IReadOnlyDictionary<RuleCutoffs, string> rules, string text)
    {
        var carried = string.Join(", ", records.Columns);
        var states = string.Concat(_parties.SelectMany(party =>
        {
            var states = new RuleSql(dialect, FactsOf(party));
            return rules.Select(rule => $", {states.Of(rule.Key)} AS {rule.Value}_{party}");
        }));
        var fates = string.Concat(_parties.SelectMany(party =>
        {
            var fates = new FateSql(dialect, FactsOf(party));
            return cutoffs.Groups.Index().Select(group => $", {fates.Of(group.Item, rule => $"{rules[rule]}_{party}")} AS x{party}_{group.Index}");
        }));
        var units = string.Concat(dataSet.Units.Index().Select(unit => $", {FateOf(unit.Item)} AS g{unit.Index}"));
        var judged = $"SELECT {carried}{states} FROM ({text}) AS a {dialect.Barrier}";
        return $"SELECT {carried}{units} FROM (SELECT {carried}{fates} FROM ({judged}) AS b {dialect.Barrier}) AS x {dialect.Barrier}";
    }

    private FactBits FactsOf(int party) => records.Parties > 0 ? records.Facts.Of(party) : records.Facts;

    private string FateOf(PartyUnit unit)
    {
        int[] parties = records.Parties > 0 ? [.. unit.Parties] : [0];
        return Least(parties.Select(party =>
        {
            // Of several, those who are not there have no say; where nobody is, each of them stands for the record alone.
            var others = parties.Where(other => other != party).ToArray();
            var fate = Least(unit.Groups.Select(group => $"x{party}_{group}"));
            return others.Length == 0
                ? fate
                : $"CASE WHEN {IsAbsent(party)} AND NOT ({string.Join(" AND ", others.Select(IsAbsent))}) THEN {Sql.Number((long)Fate.Erase)} ELSE {fate} END";
        }));
    }

    private string IsAbsent(int party) =>
        $"(a{party} = 0 AND {string.Join(" AND ", Enumerable.Range(0, records.Facts.Numbers).Select(number => $"y{party}_{number} = 0"))})";

    private string Least(IEnumerable<string> fates) => fates.ToArray() is [var only] ? only : dialect.Least(fates);
}
