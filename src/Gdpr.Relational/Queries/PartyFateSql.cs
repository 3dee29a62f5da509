using Gdpr.Relational.Mapping;
using Gdpr.Retention;
using Gdpr.Sources;

namespace Gdpr.Relational.Queries;

/// <summary>The fates of records that concern several people: each group as it is for each party (<c>x0_0</c> …), then each part (<c>g0</c> …)
/// and whether all goes (<c>w</c>), as <see cref="PartyJudge"/> decides it.</summary>
internal sealed class PartyFateSql(SqlDialect dialect, MappedDataSet dataSet, RecordQuery records, RetentionCutoffs cutoffs)
{
    /// <summary>The parties, and after them nobody. Where nothing is known of anybody, every party stands as the first.</summary>
    private readonly int[] _parties = [.. Enumerable.Range(0, records.Parties > 0 ? records.Parties + 1 : 1)];

    /// <summary>The query.</summary>
    /// <param name="rules">The rules, each with the name of its state.</param>
    /// <param name="carried">The columns of that query to give as they are.</param>
    /// <param name="text">The query of the records.</param>
    public string Text(IReadOnlyDictionary<RuleCutoffs, string> rules, string carried, string text)
    {
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
        var fated = $"SELECT {carried}{fates} FROM ({judged}) AS b {dialect.Barrier}";
        return $"SELECT {carried}, CASE WHEN {IsWhole()} THEN 1 ELSE 0 END AS w{units} FROM ({fated}) AS x {dialect.Barrier}";
    }

    private FactBits FactsOf(int party) => records.Parties == 0 ? records.Facts : party < records.Parties ? records.Facts.Of(party) : records.Facts.OfNobody();

    private string IsWhole()
    {
        var fields = dataSet.Units.Where(unit => !unit.IsLink).ToArray();
        if (records.Parties == 0)
        {
            return Condition.And(fields.Select(unit => IsErased(unit)));
        }

        // Fields of people who are not there any more, and which are empty, are kept by what binds the record itself alone.
        var all = fields.Select(unit => Condition.Or(
            IsErased(unit),
            Condition.And([.. unit.Parties.Select(IsAbsent), $"p{dataSet.Units.ToList().IndexOf(unit)} = 0", IsErased(unit, records.Parties)])));
        var any = Condition.Or(
            Condition.And(fields.Select(unit => IsErased(unit))),
            Condition.Or(fields.Select(unit => Condition.And(IsErased(unit), $"NOT ({string.Join(" AND ", unit.Parties.Select(IsAbsent))})"))));
        var free = PartyJudge.SilentOf(dataSet.Units, dataSet.Parties).Select(party => Condition.Or(
            FactBits.IsFree(party), $"{FateOf(dataSet.Units.First(unit => unit.IsLink && unit.Parties[0] == party))} >= {Sql.Number((long)Fate.Anonymise)}"));
        return Condition.And([.. all, any, .. free]);
    }

    private string IsErased(PartyUnit unit) => $"{FateOf(unit)} = {Sql.Number((long)Fate.Erase)}";

    private static string IsErased(PartyUnit unit, int party) => $"x{party}_{unit.Groups[0]} = {Sql.Number((long)Fate.Erase)}";

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
