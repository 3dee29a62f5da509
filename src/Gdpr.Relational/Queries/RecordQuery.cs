using Gdpr.Relational.Mapping;
using Gdpr.Relational.Tables;
using Gdpr.Relational.Values;
using Gdpr.Retention;
using Gdpr.Sources;

namespace Gdpr.Relational.Queries;

/// <summary>Reads a data set's records as retention sees them: <c>k</c> the native key as text, <c>t0</c> … the codes of the triggers, <c>f0</c> … the bits of
/// the facts, <c>p0</c> … per part whether something of it is still in its old form. Where parties are declared, also <c>a0</c> … whether each is there, and
/// <c>y0_0</c> … the bits of the facts about each one's person.</summary>
internal sealed partial class RecordQuery
{
    private readonly SqlDialect _dialect;
    private readonly MappedDataSet _dataSet;
    private readonly bool _hasLinked;

    /// <summary>Makes the query of a data set.</summary>
    /// <param name="dialect">How the database writes it.</param>
    /// <param name="dataSet">The data set.</param>
    /// <param name="hasFacts">Whether any fact has been put beside its records.</param>
    /// <param name="asStored">Whether it gives triggers and keys as they are stored where the dialect can read those: faster, and of no use to SQL.</param>
    /// <param name="hasLinked">Whether something forbids to destroy records that deleting one of these changes.</param>
    public RecordQuery(SqlDialect dialect, MappedDataSet dataSet, bool hasFacts = true, bool asStored = false, bool hasLinked = false)
    {
        _hasLinked = hasLinked && hasFacts && dataSet.Linked.Count > 0;
        StoredCodes = asStored ? dialect.StoredCodes : null;
        _dialect = dialect;
        _dataSet = dataSet;
        Facts = new FactBits(dataSet.Schedule, hasFacts);
    }

    public FactBits Facts { get; }

    /// <summary>The alias of the row.</summary>
    public string Row { get; init; } = "r";

    /// <summary>Reads triggers that are given as stored; <see langword="null"/> where all are given as codes.</summary>
    public StoredCodeReader? StoredCodes { get; }

    /// <summary>How a trigger is stored that is given so; <see langword="null"/> where it is given as a code.</summary>
    public StoredTime? StoredTimeOf(int trigger) =>
        StoredCodes is not null && _dataSet.Triggers[trigger] is { Aggregate: null } mapped ? mapped.Time : null;

    /// <summary>The columns that the query gives, in their order.</summary>
    public IReadOnlyList<string> Columns =>
    [
        "k",
        .. Enumerable.Range(0, _dataSet.Triggers.Count).Select(i => $"t{i}"),
        .. Enumerable.Range(0, Facts.Numbers).Select(i => $"f{i}"),
        .. Enumerable.Range(0, Parties).SelectMany(party => Enumerable.Range(0, Facts.Numbers).Select(i => $"y{party}_{i}").Prepend($"a{party}")),
        .. Enumerable.Range(0, PendingUnits.Count).Select(i => $"p{i}"),
    ];

    /// <summary>How many parties have facts of their own: none where no fact has been put, or the records concern the subject alone.</summary>
    public int Parties => Facts.Numbers > 0 ? _dataSet.People.Count : 0;

    /// <summary>The parts of which it matters whether something is still in its old form: none where records only go whole.</summary>
    private IReadOnlyList<PartyUnit> PendingUnits => _dataSet.IsDisposedInParts ? _dataSet.Units : [];

    /// <summary>The table, quoted.</summary>
    public string Table => _dialect.Table(_dataSet.Table.Name);

    /// <summary>The columns of the key, each quoted.</summary>
    public IReadOnlyList<string> Key => [.. _dataSet.Key.Select(column => _dialect.Quote(column.Name))];

    /// <summary>The native key as text, of a row of an alias.</summary>
    public string KeyText(string alias)
    {
        var columns = _dataSet.Key.Select(column => ($"{alias}.{_dialect.Quote(column.Name)}", column.Kind)).ToArray();
        return columns.Length == 1 ? _dialect.KeyText(columns[0].Item1, columns[0].Kind) : _dialect.KeyArray(columns);
    }

    /// <summary>The query that gives the key of every record that has one, as text.</summary>
    public string Keys => $"SELECT {KeyText(Row)} FROM {Table} {Row} WHERE {HasKey(Row)}";

    /// <summary>A condition: the row's key is one of those in a parameter. It meets at most one row for each, the very one that <see cref="KeyText"/> names.</summary>
    /// <param name="parameter">The parameter's name.</param>
    /// <param name="areKnown">Whether the keys were read from the table itself, so that each is of its column's type.</param>
    public string HasKeyOf(string parameter, bool areKnown = true)
    {
        var exact = _dataSet.Key.Select(column => _dialect.Exact(_dialect.Quote(column.Name), column.Kind)).ToArray();
        return $"({Sql.Tuple(exact)} IN ({KeySet(parameter, areKnown)}) AND {HasKey()})";
    }

    /// <summary>The same condition for keys that were read from the table itself, as it is best asked where only their rows are sought: through the index of the key.
    /// Not for a question to every row of the table.</summary>
    /// <param name="parameter">The parameter's name.</param>
    public string IsSoughtBy(string parameter)
    {
        var key = Key;
        return key.Count == 1 && _dataSet.Table.IsUnique([_dataSet.Key[0].Name]) && _dialect.Exact(key[0], _dataSet.Key[0].Kind) == key[0]
            ? $"({_dialect.IsSought(key[0], KeySet(parameter, areKnown: true))} AND {HasKey()})"
            : HasKeyOf(parameter);
    }

    /// <summary>A condition: a text can name the row. Every value of its key is of its column's kind, which the database does not see to.</summary>
    public string HasKey(string alias = "") => Condition.And(IsNamed(alias), IsRecord(alias));

    /// <summary>The same condition, of a row that is one of the data set's.</summary>
    public string IsNamed(string alias) => Condition.And(
        _dataSet.Key.Select(column => _dialect.IsKey((alias.Length > 0 ? alias + "." : "") + _dialect.Quote(column.Name), column.Kind)));

    /// <summary>A condition: the row is one of the data set's, where its table holds others too.</summary>
    public string IsRecord(string alias = "") => Condition.And(_dataSet.Only.Select(only =>
    {
        var column = _dialect.Exact((alias.Length > 0 ? alias + "." : "") + _dialect.Quote(only.Column.Name), only.Column.Kind);
        return $"{column} IN ({string.Join(", ", only.Values.Select(value => Sql.Literal(value, only.Column.Affinity)))})";
    }));

    /// <summary>The keys in a parameter, as rows.</summary>
    private string KeySet(string parameter, bool areKnown) =>
        _dialect.KeySet(_dialect.Parameter(parameter), [.. _dataSet.Key.Select(column => column.Kind)], areKnown);

    /// <summary>A condition: some column of some fields is still in its old form.</summary>
    public string IsPending(IEnumerable<string> fields, string alias, SqlValues values)
    {
        var conditions = _dataSet.ChangesOf(fields)
            .Select(change => (Column: $"{alias}.{_dialect.Quote(change.Column.Name)}", Change: change))
            .Select(change => _dialect.Differ(change.Column, Changed(change.Column, change.Change, values), change.Change.Column.Kind));
        return string.Join(" OR ", conditions.DefaultIfEmpty("1 = 0"));
    }

    /// <summary>What a column becomes.</summary>
    public string Changed(string column, ColumnChange change, SqlValues values) => change.Change switch
    {
        ContentChange.Fixed { Text: null } => "NULL",
        ContentChange.Fixed { Text: { } text } => _dialect.Value(values.Text(text), change.Column.Kind),
        var other => _dialect.Anonymised(column, change.Column.Kind, other, values.Text),
    };

    /// <summary>The query.</summary>
    /// <param name="values">Takes the values that the text refers to.</param>
    /// <param name="condition">A condition on the rows of <c>r</c>, or <see langword="null"/> for all.</param>
    /// <param name="ordered">Whether the rows come in the order of their keys.</param>
    /// <param name="all">Whether rows come as well that no text can name: their <c>k</c> is NULL.</param>
    public string Text(SqlValues values, string? condition, bool ordered, bool all = false)
    {
        return $"SELECT {Selected(values, all)} FROM {Table} {Row}"
            + $" WHERE {Condition.And(condition ?? Condition.True, all ? IsRecord(Row) : HasKey(Row))}"
            + (ordered ? $" ORDER BY {string.Join(", ", Key.Select(column => $"{Row}.{column}"))}" : "")
            + $" {_dialect.Barrier}";
    }

    /// <summary>The columns of the query, each with its expression over the row of <c>r</c>.</summary>
    /// <param name="values">Takes the values that the text refers to.</param>
    /// <param name="all">Whether rows come as well that no text can name.</param>
    public string Selected(SqlValues values, bool all = false)
    {
        var triggers = TriggersOf();
        var pending = PendingUnits.Select(unit => $"CASE WHEN {IsPending(unit.Fields, Row, values)} THEN 1 ELSE 0 END");
        var text = StoredCodes is not null && _dataSet.Key is [{ Affinity: ColumnAffinity.Integer or ColumnAffinity.Text }] ? $"{Row}.{Key[0]}" : KeyText(Row);
        var isNamed = HasKey(Row);
        var key = all && isNamed != Condition.True ? $"CASE WHEN {isNamed} THEN {text} END" : text;
        return string.Join(", ", Columns.Zip([key, .. triggers, .. FactsOf(values), .. pending], (name, expression) => $"{expression} AS {name}"));
    }

    /// <summary>The expressions of the triggers, in their order.</summary>
    public IEnumerable<string> TriggersOf() => _dataSet.Triggers.Select(trigger => trigger is null ? Sql.Number(TriggerCode.Unknown) : Given(trigger));

    /// <summary>The expressions of the facts: the record's own numbers, and then, per party that has facts of its own, whether it is there and its numbers.</summary>
    public IEnumerable<string> FactsOf(SqlValues values) =>
    [
        .. Enumerable.Range(0, Facts.Numbers).Select(number => FactsOf(number, values, RecordScopes) + (number == 0 && _hasLinked ? HoldOfLinked(values) : "")),
        .. _dataSet.People.Take(Parties).SelectMany(person =>
            Enumerable.Range(0, Facts.Numbers).Select(number => FactsOf(number, values, table => ScopesOf(person, table))).Prepend(IsThere(person, values))),
    ];

    /// <summary>The ways to people who are found through other tables, each with the scope of the facts that are put on the records found by it.</summary>
    public IReadOnlyList<(string Scope, ColumnPath Path)> SubjectsElsewhere =>
    [
        .. _dataSet.Subject is { Through.Count: > 0 } subject ? new[] { ("record", subject) } : [],
        .. _dataSet.People.Where(person => person.IsElsewhere).Select(person => (person.RecordScope, person.Path)),
    ];

    /// <summary>A query: the native keys, as <c>k</c>, of the records of people.</summary>
    /// <param name="table">The table of the fact.</param>
    /// <param name="people">A query that gives the people's ids as <c>k0</c>.</param>
    /// <param name="path">The way to the people.</param>
    public string KeysOfSubjects(string table, string people, ColumnPath path) =>
        $"SELECT {KeyText(Row)} AS k FROM {Table} {Row} WHERE "
        + Condition.And($"{Compared(table, SubjectText(path))} IN (SELECT {Compared(table, "k0")} FROM ({people}) AS people)", HasKey(Row));

    /// <summary>A person's id as a table of facts compares it: exactly, or, where a fact forbids destruction, without regard to case.</summary>
    private string Compared(string table, string subject) => table == FactKinds.Blocks ? _dialect.AnyCase(subject) : subject;

    private string Given(MappedTrigger trigger)
    {
        if (trigger.Path.Through.Count == 0)
        {
            return CodeOf(Row);
        }

        var (last, from) = Joined(trigger.Path);
        var code = CodeOf(last);
        if (trigger.Aggregate is not { } aggregate)
        {
            return $"(SELECT {code} {from})";
        }

        // One that cannot be read makes the result unknown, and so do dates beside instants: which came first depends on the zone.
        var (unknown, firstDate) = (Sql.Number(TriggerCode.Unknown), Sql.Number(TriggerCode.FirstDate));

        // A NULL is one event more, whose time is missing.
        var nulls = trigger.NullBesideTimes switch
        {
            NullBesideTimes.IsMissing => "WHEN count(*) > count(c) THEN NULL ",
            NullBesideTimes.IsUnknown => $"WHEN count(c) > 0 AND count(*) > count(c) THEN {unknown} ",
            _ => "",
        };
        return $"(SELECT CASE WHEN min(c) = {unknown} OR (min(c) < {firstDate} AND max(c) >= {firstDate}) THEN {unknown} "
            + $"{nulls}ELSE {(aggregate == TriggerAggregate.Max ? "max" : "min")}(c) END FROM (SELECT {code} AS c {from} {_dialect.Barrier}) AS every)";

        string CodeOf(string alias) => StoredCodes is not null && trigger.Aggregate is null
            ? ValueOf(trigger, alias)
            : _dialect.TriggerCode(ValueOf(trigger, alias), trigger.Kind, trigger.Time);
    }

    private string ValueOf(MappedTrigger trigger, string alias) =>
        trigger.Expression is { } expression ? $"({expression})" : $"{alias}.{_dialect.Quote(trigger.Path.Column)}";

    /// <summary>A query that the database can compile only if a trigger's expression is one value of one row: a condition permits no aggregate.</summary>
    public string ExpressionCheck(MappedTrigger trigger)
    {
        var condition = $"{_dialect.TriggerCode(ValueOf(trigger, Row), trigger.Kind, trigger.Time)} IS NULL";
        var rows = $"SELECT 1 FROM {Table} {Row} WHERE ";
        return trigger.Path.Through.Count == 0 ? rows + condition : $"{rows}EXISTS (SELECT 1 {Joined(trigger.Path).From} AND {condition})";
    }

    /// <summary>A query without rows whose one column is a trigger's expression.</summary>
    public string ExpressionValue(MappedTrigger trigger) => trigger.Path.Through.Count == 0
        ? $"SELECT {ValueOf(trigger, Row)} FROM {Table} {Row} WHERE 1 = 0"
        : $"SELECT (SELECT {ValueOf(trigger, Row)} {Joined(trigger.Path).From} LIMIT 1) FROM {Table} {Row} WHERE 1 = 0";

    /// <summary>A person's id, as text, of the row <c>r</c>.</summary>
    public string SubjectText(ColumnPath path)
    {
        if (path.Through.Count == 0)
        {
            return _dialect.KeyText($"{Row}.{_dialect.Quote(path.Column)}", KindOf(path));
        }

        var (last, from) = Joined(path);
        return $"(SELECT {_dialect.KeyText($"{last}.{_dialect.Quote(path.Column)}", KindOf(path))} {from})";
    }

    private ColumnKind KindOf(ColumnPath path) => (path.Through.Count == 0 ? _dataSet.Table.Find(path.Column)?.Kind : null) ?? ColumnAffinity.Any;

    private (string Last, string From) Joined(ColumnPath path)
    {
        var (last, tables, conditions) = WayOf(path);
        return (last, $"FROM {tables} WHERE {conditions}");
    }

    /// <summary>The tables on a way from the row <c>r</c>, what ties them together, and the alias of the last.</summary>
    public (string Last, string Tables, string Conditions) WayOf(ColumnPath path) => WayOf(_dialect, Row, path.Through);

    /// <summary>The tables on a way from a row, what ties them together, and the alias of the last.</summary>
    public static (string Last, string Tables, string Conditions) WayOf(SqlDialect dialect, string row, IReadOnlyList<JoinStep> way)
    {
        var (before, tables, conditions) = (row, new List<string>(), new List<string>());
        foreach (var (step, index) in way.Select((step, index) => (step, index)))
        {
            var alias = $"j{index}";
            tables.Add($"{dialect.Table(step.Table)} {alias}");
            conditions.AddRange(step.On.Select(pair => $"{alias}.{dialect.Quote(pair.Key)} = {before}.{dialect.Quote(pair.Value)}"));
            before = alias;
        }

        return (before, string.Join(", ", tables), string.Join(" AND ", conditions));
    }

    /// <summary>Whether a record names a person in a role: 1, or 0 where the link has been emptied.</summary>
    private string IsThere(MappedParty person, SqlValues values)
    {
        var named = $"({SubjectText(person.Path)}) IS NOT NULL";
        return person.Erased is { } erased && person.Link is [var link]
            ? $"CASE WHEN {named} AND {_dialect.KeyText($"{Row}.{_dialect.Quote(link.Name)}", link.Kind)} <> {values.Text(erased)} THEN 1 ELSE 0 END"
            : $"CASE WHEN {named} THEN 1 ELSE 0 END";
    }

    /// <summary>What the facts about a record are about: the record, its person, and all records.</summary>
    private IEnumerable<(string Scope, string Key)> RecordScopes(string table) =>
    [
        ("record", KeyText(Row)), .. _dataSet.Subject is { } subject ? new[] { ("subject", Compared(table, SubjectText(subject))) } : [], ("all", "''"),
    ];

    /// <summary>What the facts about a party's person are about.</summary>
    private IEnumerable<(string Scope, string Key)> ScopesOf(MappedParty person, string table) =>
    [
        ("subject", Compared(table, SubjectText(person.Path))), .. person.IsElsewhere ? new[] { (person.RecordScope, KeyText(Row)) } : [],
    ];

    /// <summary>The facts of one number about some scopes.</summary>
    private string FactsOf(int number, SqlValues values, Func<string, IEnumerable<(string Scope, string Key)>> scopes)
    {
        var facts = Facts.Facts.Index().Where(fact => FactBits.NumberOf(fact.Index) == number)
            .Select(fact => (fact.Item, Bit: FactBits.BitOf(fact.Index)))
            .GroupBy(fact => fact.Item.Kind.Table);
        List<string> sums = [];
        foreach (var table in facts)
        {
            var bits = string.Concat(table.Select(fact => fact.Item.Purpose.Length == 0
                ? $"WHEN x.kind = '{fact.Item.Kind.Code}' AND x.purpose = '' THEN {Sql.Number(fact.Bit)} "
                : $"WHEN x.kind = '{fact.Item.Kind.Code}' AND x.purpose = {values.Text(fact.Item.Purpose)} THEN {Sql.Number(fact.Bit)} "));
            sums.AddRange(scopes(table.Key).Select(scope => Sum(scope.Scope, scope.Key)));

            string Sum(string scope, string key)
            {
                var rows = $"FROM {_dialect.Beside(table.Key)} x WHERE x.data_set = {values.Text(_dataSet.Path)} AND x.scope = '{scope}'";
                var total = _dialect.Whole($"sum(DISTINCT (CASE {bits}ELSE 0 END) * (1 + x.unknown))");
                var sum = $"(SELECT {total} {rows} AND {(scope == "subject" ? Compared(table.Key, "x.key") : "x.key")} = {key})";

                // Whether there are such facts at all is asked once, not for every record.
                return $"CASE WHEN EXISTS (SELECT 1 {rows}) THEN coalesce({sum}, 0) ELSE 0 END";
            }
        }

        return string.Join(" | ", sums.Select(sum => $"({sum})"));
    }
}
