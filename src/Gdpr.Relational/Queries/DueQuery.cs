using Gdpr.Relational.Mapping;
using Gdpr.Relational.Tables;
using Gdpr.Retention;
using Gdpr.Sources;

namespace Gdpr.Relational.Queries;

/// <summary>Reads records with the fate of each part (a field group, apart by whose its fields are, or the link to a person),
/// <c>g0</c> …, as the database itself works it out.</summary>
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
        Records = new RecordQuery(dialect, dataSet, beside.Any, hasLinked: beside.Linked);
    }

    public RecordQuery Records { get; }

    /// <summary>The columns that the query gives, in their order: those of the record, then the fates.</summary>
    public IReadOnlyList<string> Columns => [.. Records.Columns, .. _dataSet.Parties.IsDeclared ? new[] { "w" } : [], .. _dataSet.Units.Select((_, i) => $"g{i}")];

    /// <summary>All records of a condition, with their fates.</summary>
    /// <param name="values">Takes the values that the text refers to.</param>
    /// <param name="condition">A condition on the rows of <c>r</c>, or <see langword="null"/> for all.</param>
    /// <param name="ordered">Whether the rows come in the order of their keys.</param>
    public string Text(SqlValues values, string? condition, bool ordered) =>
        Judged(string.Join(", ", Records.Columns), Records.Text(values, condition, ordered));

    /// <summary>The due records of a condition: to be deleted whole, or with a part that is due and still in its old form; as many as a parameter says.</summary>
    public string DueText(SqlValues values, string? condition, bool ordered, string limit)
    {
        var rows = Condition.And(condition ?? Condition.True, Prefilter(values));
        return $"SELECT {string.Join(", ", Columns)} FROM ({Text(values, rows, ordered)}) AS c WHERE {Due} LIMIT {_dialect.Parameter(limit)}";
    }

    /// <summary>The same, with the rows locked. After the columns come where the row is now, where it was when it was judged, which is somewhere else if
    /// somebody has changed it in between, and the value by which the rows are ordered.</summary>
    /// <param name="values">Takes the values that the text refers to.</param>
    /// <param name="condition">A condition on the rows of <c>r</c>, or <see langword="null"/> for all.</param>
    /// <param name="order">The columns of <c>r</c> by which the rows are ordered; empty for any order.</param>
    /// <param name="place">Where a row is, if rows come in the order in which they lie, and no index is to lead to them.</param>
    /// <param name="limit">The parameter that says how many.</param>
    /// <param name="waits">Whether rows are waited for that somebody else has, or left out.</param>
    public string LockedText(SqlValues values, string? condition, IReadOnlyList<string> order, string? place, string limit, bool waits)
    {
        // What a row is judged by comes from a query of its own, which is not computed again when the row turns out to have changed: so that it shows.
        var address = _dialect.Address("r", _dataSet.Table)!;
        var judged = Judged(
            string.Join(", ", Records.Columns.Append("here")), $"SELECT {Records.Selected(values)}, {address} AS here {_dialect.Barrier}");
        var prefilter = place is null ? Prefilter(values) : Condition.Unindexed(Prefilter(values));
        var rows = Condition.And(condition ?? Condition.True, prefilter, Records.HasKey("r"), Due);
        var last = place ?? (order is [var first] ? first : "''");
        return $"SELECT {string.Join(", ", Columns.Select(column => $"c.{column}"))}, {address}, c.here, {_dialect.KeyText(last, ColumnAffinity.Any)} "
            + $"FROM {Records.Table} r CROSS JOIN LATERAL ({judged}) AS c WHERE {rows}"
            + (order.Count > 0 ? $" ORDER BY {string.Join(", ", order)}" : "")
            + $" LIMIT {_dialect.Parameter(limit)} {_dialect.RowLock(waits)}";
    }

    private string Due
    {
        get
        {
            var parts = string.Concat(_dataSet.Units.Select((_, i) => $" OR (c.g{i} >= {Sql.Number((long)Fate.Anonymise)} AND c.p{i} = 1)"));
            return _dataSet.IsDisposedInParts ? $"({Whole}){parts}" : Whole;
        }
    }

    private string Whole => _dataSet.Parties.IsDeclared ? "c.w = 1"
        : string.Join(" AND ", _dataSet.Units.Select((_, i) => $"c.g{i} = {Sql.Number((long)Fate.Erase)}"));

    /// <summary>A condition on the row <c>r</c>: its record is to be deleted whole.</summary>
    /// <param name="values">Takes the values that the text refers to.</param>
    public string IsWhole(SqlValues values) => $"(SELECT {Whole} FROM ({Judged("k", $"SELECT {Records.Selected(values)} {_dialect.Barrier}")}) AS c)";

    /// <summary>Most that are kept fail it: neither is what decides past, nor does a fact end a purpose of theirs.</summary>
    private string Prefilter(SqlValues values) =>
        Condition.Or(new DuePrefilter(_dialect, _dataSet, values).Of(_cutoffs), _beside.Endings ? Records.HasEnding(values) : Condition.False);

    private string Judged(string carried, string records)
    {
        // Each rule once per horizon, however many groups it decides.
        var names = new Dictionary<RuleCutoffs, string>(ReferenceEqualityComparer.Instance);
        foreach (var rule in _cutoffs.Groups.SelectMany(group => group.Rules.Concat(group.Graced)))
        {
            names.TryAdd(rule, $"s{names.Count}");
        }

        if (_dataSet.Parties.IsDeclared)
        {
            return new PartyFateSql(_dialect, _dataSet, Records, _cutoffs).Text(names, carried, records);
        }

        var rules = new RuleSql(_dialect, Records.Facts);
        var states = string.Concat(names.Select(rule => $", {rules.Of(rule.Key)} AS {rule.Value}"));
        var fates = new FateSql(_dialect, Records.Facts);
        var groups = string.Concat(_cutoffs.Groups.Index().Select(group => $", {fates.Of(group.Item, rule => names[rule])} AS g{group.Index}"));
        return $"SELECT {carried}{groups} FROM (SELECT {carried}{states} FROM ({records}) AS a {_dialect.Barrier}) AS b {_dialect.Barrier}";
    }
}

/// <summary>What facts have been put beside the records of a data set.</summary>
/// <param name="Any">Whether any has.</param>
/// <param name="Endings">Whether one has that ends a purpose, so that records are due whatever their triggers say.</param>
internal readonly record struct FactsBeside(bool Any, bool Endings)
{
    /// <summary>Whether one has of which nobody knows whether it is so, so that records are undetermined whatever their triggers say.</summary>
    public bool Unknowns { get; init; }

    /// <summary>Whether something forbids to destroy records of data sets whose records change when one of these is deleted.</summary>
    public bool Linked { get; init; }

    /// <summary>What the facts are about, in each table: <c>record</c>, <c>subject</c>, <c>all</c>. Not asked where one writer has the database whole.</summary>
    public IReadOnlyList<FactScope> Scopes { get => field ?? []; init; }
}

/// <summary>What facts in a table are about.</summary>
/// <param name="Table">The table.</param>
/// <param name="Scope">The scope.</param>
/// <param name="IsFew">Whether they are so few that they fit into memory.</param>
internal readonly record struct FactScope(string Table, string Scope, bool IsFew);
