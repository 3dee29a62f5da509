using Gdpr.Relational.Mapping;
using Gdpr.Retention;
using Gdpr.Sources;

namespace Gdpr.Relational.Queries;

/// <summary>Reads records with the fate of each part (a field group, apart by whose its fields are, or the link to a person), <c>g0</c> …, as the database itself works it out.</summary>
internal sealed class DueQuery
{
    private readonly SqlDialect _dialect;
    private readonly MappedDataSet _dataSet;
    private readonly RetentionCutoffs _cutoffs;
    private readonly FactsBeside _beside;

    public DueQuery(SqlDialect dialect, MappedDataSet dataSet, RetentionEvaluator evaluator, FactsBeside beside)
    {
        _beside = beside;
        _dialect = dialect;
        _dataSet = dataSet;
        _cutoffs = evaluator.Cutoffs(evaluator.Schedule.DataSet(dataSet.Path));
        Records = new RecordQuery(dialect, dataSet, beside.Any);
    }

    public RecordQuery Records { get; }

    public IReadOnlyList<string> Columns => [.. Records.Columns, .. _dataSet.Parties.IsDeclared ? new[] { "w" } : [], .. _dataSet.Units.Select((_, i) => $"g{i}")];

    /// <summary>All records of a condition, with their fates.</summary>
    /// <param name="values">Takes the values that the text refers to.</param>
    /// <param name="condition">A condition on the rows of <c>r</c>, or <see langword="null"/> for all.</param>
    /// <param name="ordered">Whether the rows come in the order of their keys.</param>
    public string Text(SqlValues values, string? condition, bool ordered)
    {
        // Each rule once per horizon, however many groups it decides.
        var names = new Dictionary<RuleCutoffs, string>(ReferenceEqualityComparer.Instance);
        foreach (var rule in _cutoffs.Groups.SelectMany(group => group.Rules.Concat(group.Graced)))
        {
            names.TryAdd(rule, $"s{names.Count}");
        }

        var carried = string.Join(", ", Records.Columns);
        if (_dataSet.Parties.IsDeclared)
        {
            return new PartyFateSql(_dialect, _dataSet, Records, _cutoffs).Text(names, Records.Text(values, condition, ordered));
        }

        var rules = new RuleSql(_dialect, Records.Facts);
        var states = string.Concat(names.Select(rule => $", {rules.Of(rule.Key)} AS {rule.Value}"));
        var fates = new FateSql(_dialect, Records.Facts);
        var groups = string.Concat(_cutoffs.Groups.Index().Select(group => $", {fates.Of(group.Item, rule => names[rule])} AS g{group.Index}"));
        return $"SELECT {carried}{groups} FROM (SELECT {carried}{states} FROM ({Records.Text(values, condition, ordered)}) AS a {_dialect.Barrier}) AS b {_dialect.Barrier}";
    }

    /// <summary>The due records of a condition: to be deleted whole, or with a group that is due and still in its old form; as many as a parameter says.</summary>
    public string DueText(SqlValues values, string? condition, bool ordered, string limit)
    {
        var units = _dataSet.Units.Index().ToArray();
        var whole = _dataSet.Parties.IsDeclared ? "w = 1" : string.Join(" AND ", units.Select(unit => $"g{unit.Index} = {Sql.Number((long)Fate.Erase)}"));
        var parts = string.Concat(units.Select(unit => unit.Index).Select(i => $" OR (g{i} >= {Sql.Number((long)Fate.Anonymise)} AND p{i} = 1)"));
        var due = _dataSet.IsDisposedInParts ? $"({whole}){parts}" : whole;
        var prefilter = _beside.Endings ? Condition.True : new DuePrefilter(_dialect, _dataSet, values).Of(_cutoffs);
        var rows = Condition.And(condition ?? Condition.True, prefilter);
        return $"SELECT {string.Join(", ", Columns)} FROM ({Text(values, rows, ordered)}) AS c WHERE {due} LIMIT {_dialect.Parameter(limit)}";
    }
}

/// <summary>What facts have been put beside the records of a data set.</summary>
/// <param name="Any">Whether any has.</param>
/// <param name="Endings">Whether one has that ends a purpose, so that records are due whatever their triggers say.</param>
internal readonly record struct FactsBeside(bool Any, bool Endings);
