using Gdpr.Relational.Mapping;
using Gdpr.Relational.Tables;
using Gdpr.Relational.Values;
using Gdpr.Retention;
using Gdpr.Sources;
using NodaTime;

namespace Gdpr.Relational.Queries;

/// <summary>What a purpose may see, as a condition on a row: <see cref="RetentionEvaluator.IsVisible"/> in SQL. Cutoffs are parameters, so that the text stays
/// the same as time goes on.</summary>
/// <remarks>
/// <para>Only what is certain counts: alive is alive, and whatever may end, restrict or forbid does. So every answer is plainly yes or no.</para>
/// <para>A row of several people is visible when it is for one of its owners who is there; a restriction of anybody's hides it.</para>
/// </remarks>
internal sealed class VisibilitySql(SqlDialect dialect, MappedDataSet dataSet, RetentionEvaluator evaluator, SqlValues values, string row = "r")
{
    private const int MarginDays = 2;

    private static readonly PurposeFact[] Endings =
        [PurposeFact.ConsentWithdrawn, PurposeFact.ObjectionUpheld, PurposeFact.ErasureGranted, PurposeFact.PurposeEnded];

    private readonly RecordQuery _row = new(dialect, dataSet) { Row = row };
    private readonly Dictionary<RuleCutoffs, string> _alive = new(ReferenceEqualityComparer.Instance);

    /// <summary>The parties whose facts count.</summary>
    private IReadOnlyList<MappedParty> _people = dataSet.People;

    /// <summary>A condition: the row of a key is visible.</summary>
    /// <param name="key">Expressions of whatever the condition stands in, in the key's order.</param>
    /// <param name="purpose">The purpose, or <see langword="null"/>.</param>
    /// <param name="use">What restricted data is used for, or <see langword="null"/>.</param>
    /// <param name="isAnybodys">Whether, without a purpose, it is enough that some purpose may see the row, and be it one that only the law has.</param>
    public string OfKey(IReadOnlyList<string> key, string? purpose, AllowedUse? use, bool isAnybodys = false) => OfKey(key, Of(purpose, use, isAnybodys));

    /// <summary>A condition on a row of the data set's table that stands in a query already, under the alias stated: it is a record, and is visible.</summary>
    /// <param name="purpose">The purpose, or <see langword="null"/>.</param>
    /// <param name="use">What restricted data is used for, or <see langword="null"/>.</param>
    /// <param name="isAnybodys">Whether, without a purpose, it is enough that some purpose may see the row.</param>
    /// <returns>The condition; <see langword="null"/> where only a query of its own can ask it.</returns>
    public string? OfRow(string? purpose, AllowedUse? use, bool isAnybodys) => dataSet.Triggers.Any(trigger => trigger?.Expression is not null)
        ? null
        : Condition.And(_row.IsRecord(row), Of(purpose, use, isAnybodys));

    /// <summary>A condition: something is so of the row of a key.</summary>
    public string OfKey(IReadOnlyList<string> key, string condition)
    {
        // Whatever aliases the key's expressions use, within this query they mean what they mean outside.
        var columns = key.Select((expression, i) => $"{expression} AS k{i}");
        var isRow = _row.IsRowOf([.. key.Select((_, i) => $"gdpr_key.k{i}")]);
        return $"EXISTS (SELECT 1 FROM (SELECT {string.Join(", ", columns)}) AS gdpr_key CROSS JOIN {_row.From} WHERE {isRow} AND ({condition}))";
    }

    /// <summary>A condition on the row that <see cref="RecordQuery"/> speaks of: it is visible.</summary>
    public string Of(string? purpose, AllowedUse? use, bool isAnybodys = false)
    {
        var index = purpose is null ? (int?)null : dataSet.Schedule.PurposeIndex(purpose);
        _people = dataSet.People;
        var restricted = use is null
            ? Fact(FactKinds.Blocks, isCertain: false, KindOf(RecordFlags.Restricted), KindOf(RecordFlags.RestrictedForClaims))
            : Condition.False;
        return Condition.And(dataSet.Parties.IsDeclared ? OfOwners(index, use, isAnybodys) : OfRules(index, use, isAnybodys), Condition.Not(restricted));
    }

    /// <summary>Whether the row is visible for one of its owners who is there, or, where none is, for itself.</summary>
    private string OfOwners(int? index, AllowedUse? use, bool isAnybodys)
    {
        var owners = dataSet.People.Where(person => person.Party.Kind == PartyKind.Owner).ToArray();
        var visible = owners.Select(owner => Condition.And(_row.Names(owner, values), OfRules(index, use, isAnybodys, owner))).ToArray();
        return Condition.Or([.. visible, Condition.And([.. owners.Select(owner => Condition.Not(_row.Names(owner, values))), OfRules(index, use, isAnybodys)])]);
    }

    /// <summary>Whether some rule lets the row be seen, with the facts about it and about some of its people.</summary>
    private string OfRules(int? index, AllowedUse? use, bool isAnybodys, params IReadOnlyList<MappedParty> people)
    {
        _people = people;
        _alive.Clear();
        var kept = use switch
        {
            null => Condition.False,
            AllowedUse.LegalClaims => Fact(FactKinds.Blocks, isCertain: true, KindOf(RecordFlags.RestrictedForClaims), KindOf(RecordFlags.Hold)),
            _ => Fact(FactKinds.Blocks, isCertain: true, KindOf(RecordFlags.RestrictedForClaims)),
        };
        var groups = evaluator.Cutoffs(dataSet.Schedule).Groups.Select(group => Condition.And(
            Condition.And(group.Rules.Where(rule => rule.Rule.Kind == RuleKind.Limit).Select(Alive)),
            Condition.Or(
                kept,
                Condition.Or(group.Rules.Where(rule => index is null || rule.PurposeIndex == index).Select(rule => Sees(rule, isAnybodys || index is not null, use))))));
        return Condition.Or(groups);
    }

    /// <summary>A condition on the row: something forbids to destroy it, or may.</summary>
    public string Blocked()
    {
        var obligations = evaluator.Cutoffs(dataSet.Schedule).Rules.Where(rule => rule.Rule.Kind == RuleKind.Obligation);
        return Condition.Or([Held(), .. obligations.Select(rule => Condition.Not(Past(rule.Limb)))]);
    }

    /// <summary>A condition on the row: something is known of it, or of one of its people, that forbids to destroy it, or may. What the law demands of the row
    /// whoever's it is does not count.</summary>
    public string Held()
    {
        _people = dataSet.People;
        return Fact(FactKinds.Blocks, isCertain: false, []);
    }

    /// <summary>A condition on the row: by the id of a person that it has, something is known that forbids to destroy it, or may; and by another it would not
    /// be.</summary>
    /// <param name="path">Where the id is.</param>
    /// <param name="written">The other, as an expression of the same kind; <see langword="null"/> where nobody knows it.</param>
    public string IsLost(ColumnPath path, string? written) =>
        $"EXISTS (SELECT 1 FROM {dialect.Beside(FactKinds.Blocks)} x WHERE x.data_set = {values.Text(dataSet.Path)} AND {_row.IsOfPerson(FactKinds.Blocks, path, written)})";

    /// <summary>A condition on the row: it has the id of a person, and not the one that is written.</summary>
    /// <param name="path">Where the id is.</param>
    /// <param name="written">The other, as an expression of the same kind; <see langword="null"/> where nobody knows it.</param>
    public string IsOther(ColumnPath path, string? written) => _row.IsOther(FactKinds.Blocks, path, written);

    /// <summary>Whether a rule lets its purpose see the row.</summary>
    private string Sees(RuleCutoffs rule, bool isNamed, AllowedUse? use) => rule.Rule.Kind switch
    {
        RuleKind.Purpose => Condition.And(
            Alive(rule),
            rule.Rule.NeedsConsent ? Consent(rule.PurposeIndex) : Condition.True,
            Condition.Not(Fact(
                FactKinds.Marks, isCertain: false, [KindOf(RecordFlags.ErasureGranted), .. Endings.Select(fact => KindOf(fact, rule.PurposeIndex))])),
            use is null ? Condition.Not(Fact(FactKinds.Blocks, isCertain: false, KindOf(PurposeFact.ObjectionPending, rule.PurposeIndex))) : Condition.True),
        RuleKind.Obligation when isNamed => Alive(rule),
        _ => Condition.False,
    };

    /// <summary>Each rule is written once, however many field groups it decides: the same text is asked once.</summary>
    private string Alive(RuleCutoffs rule)
    {
        if (!_alive.TryGetValue(rule, out var alive))
        {
            _alive.Add(rule, alive = Alive(rule.Limb));
        }

        return alive;
    }

    private string Alive(CutoffLimb limb) => limb switch
    {
        CutoffLimb.All all => Condition.Or(Alive(all.First), Alive(all.Second)),
        CutoffLimb.Any any => Condition.And(Alive(any.First), Alive(any.Second)),
        CutoffLimb.Consent consent => Consent(consent.PurposeIndex),
        CutoffLimb.Event happening => Alive(happening),
        _ => throw new InvalidOperationException("A limb has four cases."),
    };

    private string Consent(int purpose) => Condition.And(
        Fact(FactKinds.Marks, isCertain: true, KindOf(PurposeFact.ConsentGiven, purpose)),
        Condition.Not(Fact(FactKinds.Marks, isCertain: false, KindOf(PurposeFact.ConsentWithdrawn, purpose))));

    private string Alive(CutoffLimb.Event limb)
    {
        if (_row.TriggerOf(limb.TriggerIndex) is not { } code)
        {
            return Condition.False;
        }

        var missing = limb.WhenMissing == LimbState.Alive ? $"{code} IS NULL" : Condition.False;
        if (limb.Cutoff is not { } cutoff)
        {
            return Condition.Or(missing, $"{code} > {Sql.Number(TriggerCode.Unknown)}");
        }

        string[] spans = limb.FiscalYears is not { } years
            ? [Quickly(limb.TriggerIndex, cutoff, Since(code, cutoff))]
            : [.. years.Known.Select(span => Condition.And(Since(code, cutoff), Within(code, span.First, span.End))),
                .. years.Open is { } open ? [Since(code, open)] : Array.Empty<string>()];
        return Condition.Or([missing, .. spans]);
    }

    /// <summary>Asks first what is cheap to check and an index may answer: whether a column of the database's own time is within two days of the cutoff, which
    /// make up for offsets and zones. Most values are well before or well after it.</summary>
    private string Quickly(int trigger, Cutoff cutoff, string since)
    {
        if (dataSet.Triggers[trigger] is not { IsOwnColumn: true, Kind.Affinity: ColumnAffinity.Time } mapped || cutoff.Date.Year is < 2 or > 9980)
        {
            return since;
        }

        var column = $"{row}.{dialect.Quote(mapped.Path.Column)}";
        return dialect.Before(column, mapped.Kind, mapped.Time, cutoff.Date.PlusDays(-MarginDays), values.Text) is { } before
            && dialect.Before(column, mapped.Kind, mapped.Time, cutoff.Date.PlusDays(MarginDays), values.Text) is { } near
            && dialect.Before(column, mapped.Kind, mapped.Time, new LocalDate(9990, 1, 1), values.Text) is { } known
            ? $"(NOT {before} AND (NOT {near} AND {known} OR {since}))"
            : since;
    }

    private string Past(CutoffLimb limb) => limb switch
    {
        CutoffLimb.All all => Condition.And(Past(all.First), Past(all.Second)),
        CutoffLimb.Any any => Condition.Or(Past(any.First), Past(any.Second)),
        CutoffLimb.Consent consent => Fact(FactKinds.Marks, isCertain: true, KindOf(PurposeFact.ConsentWithdrawn, consent.PurposeIndex)),
        CutoffLimb.Event happening => Past(happening),
        _ => throw new InvalidOperationException("A limb has four cases."),
    };

    private string Past(CutoffLimb.Event limb)
    {
        if (_row.TriggerOf(limb.TriggerIndex) is not { } code)
        {
            return Condition.False;
        }

        var missing = limb.WhenMissing == LimbState.Past ? $"{code} IS NULL" : Condition.False;
        if (limb.Cutoff is not { } cutoff)
        {
            return missing;
        }

        string[] before = limb.FiscalYears is { } years
            ? [.. years.Known.Select(span => Condition.And(Within(code, span.First, span.End), $"NOT {Since(code, cutoff)}"))]
            : [$"({code} > {Sql.Number(TriggerCode.Unknown)} AND NOT {Since(code, cutoff)})"];
        return $"({Condition.Or([missing, .. before.Select(past => $"({code} IS NOT NULL AND {past})")])})";
    }

    /// <summary>Whether an event happened at a cutoff or later. Codes of dates are above those of all instants, and that of an unknown value below them.</summary>
    private string Since(string code, Cutoff first) => $"({code} >= {Date(first)} OR {code} >= {Ticks(first)} AND {code} < {Sql.Number(TriggerCode.FirstDate)})";

    private string Within(string code, Cutoff first, Cutoff? end) => end is null
        ? Since(code, first)
        : $"({code} >= {Date(first)} AND {code} < {Date(end)} OR {code} >= {Ticks(first)} AND {code} < {Ticks(end)})";

    private string Date(Cutoff cutoff) => values.Number(TriggerCode.Of(cutoff.Date));

    private string Ticks(Cutoff cutoff) => values.Number(TriggerCode.OfTicks(cutoff.Ticks));

    /// <summary>Whether one of some facts is said of the row.</summary>
    /// <param name="table">The table of the facts.</param>
    /// <param name="isCertain">Whether those that are unknown do not count.</param>
    /// <param name="facts">The facts; none for whichever the table holds.</param>
    private string Fact(string table, bool isCertain, params IReadOnlyList<KnownFact> facts)
    {
        // No facts named: whichever there are.
        var kinds = facts.GroupBy(fact => fact.Purpose, StringComparer.Ordinal).Select(purpose =>
            $"x.purpose = {(purpose.Key.Length == 0 ? "''" : values.Text(purpose.Key))} "
            + $"AND x.kind IN ({string.Join(", ", purpose.Select(fact => $"'{fact.Kind.Code}'"))})");
        var asked = $"({(facts.Count == 0 ? Condition.True : Condition.Or(kinds))}){(isCertain ? " AND x.unknown = 0" : "")}";
        return Condition.Or(_row.IsOfRow(table, _people).Select(ofRow =>
            $"EXISTS (SELECT 1 FROM {dialect.Beside(table)} x WHERE x.data_set = {values.Text(dataSet.Path)} AND {ofRow} AND {asked})"));
    }

    private static KnownFact KindOf(RecordFlags flag) => new(FactKinds.Of(flag), "");

    private KnownFact KindOf(PurposeFact fact, int purpose) => new(FactKinds.Of(fact), dataSet.Schedule.Purposes[purpose]);
}
