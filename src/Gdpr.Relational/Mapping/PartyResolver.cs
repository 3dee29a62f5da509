using Gdpr.Policies;
using Gdpr.Relational.Tables;
using Gdpr.Relational.Values;
using Gdpr.Retention;
using Gdpr.Sources;

namespace Gdpr.Relational.Mapping;

/// <summary>Finds the people whom a data set's rows concern, and what becomes of the link to each.</summary>
/// <param name="path">The data set's path.</param>
/// <param name="table">The table.</param>
/// <param name="key">The columns of its key.</param>
/// <param name="isFound">Whether every table and column of a path is there; what is not is a problem.</param>
/// <param name="problems">Takes the problems.</param>
internal sealed class PartyResolver(
    string path, TableDescription table, IReadOnlyList<ColumnDescription> key, Func<string, ColumnPath, bool> isFound, List<MappingProblem> problems)
{
    /// <param name="declared">The mapping of the data set.</param>
    /// <param name="subject">Where the id of the record's only person is; <see langword="null"/> where there are parties, or nobody.</param>
    /// <param name="dataSet">The rules of the data set.</param>
    /// <param name="parties">Whom the records concern.</param>
    public IReadOnlyList<MappedParty> Resolve(DataSetMapping declared, ColumnPath? subject, DataSetSchedule dataSet, out RecordParties parties)
    {
        parties = RecordParties.One;
        var named = declared.Parties;
        if (named is not { Count: > 0 })
        {
            if (declared.Shared is { Count: > 0 })
            {
                Problem("fields are shared, and nobody is named to share them with", "name the parties, or take the shared fields out");
            }

            if (subject is null || !OutlivesPerson(declared, subject, dataSet))
            {
                return [];
            }

            named = new Dictionary<string, PartyMapping> { [RecordParties.One.Parties[0].Role] = new() { Subject = subject } };
        }
        else if (declared.Subject is not null)
        {
            Problem("it has a subject and parties", "keep one of the two: the subject is the owner where there is one person");
        }

        var sorted = named.OrderBy(party => party.Key, StringComparer.Ordinal).ToArray();
        parties = new RecordParties([.. sorted.Select(party => new RecordParty(party.Key, party.Value.Kind, party.Value.Fields))], declared.Shared ?? []);
        foreach (var (wrong, mend) in parties.Problems([.. dataSet.FieldGroups.SelectMany(group => group.Fields)]))
        {
            Problem(wrong, mend);
        }

        return [.. sorted.Zip(parties.Parties, (party, found) => PartyOf(found, party.Value, declared.Parties is not { Count: > 0 })).OfType<MappedParty>()];
    }

    /// <summary>Whether a record lives on without its person, and no field cuts the link: then the link is a part of its own, which goes with the last of what is
    /// kept.</summary>
    private bool OutlivesPerson(DataSetMapping declared, ColumnPath subject, DataSetSchedule dataSet) =>
        dataSet.FieldGroups.Any(group => group.Disposal.Final.Action == DisposalAction.Anonymise)
        && !dataSet.FieldGroups.SelectMany(group => group.Fields)
            .Any(field => SharedColumns.SeversAll(field, dataSet)
                && ColumnsOf(declared.Fields.GetValueOrDefault(field), field).Any(column => SharedColumns.Uses(subject, column)));

    private IEnumerable<string> ColumnsOf(FieldMapping? declared, string field) =>
        declared is { Columns.Count: > 0 } ? declared.Columns : Conventions.ColumnOf(table, field) is { } byName ? [byName.Name] : [];

    private MappedParty? PartyOf(RecordParty party, PartyMapping declared, bool isOnlyPerson)
    {
        if (declared.Subject is not { } subject)
        {
            Problem($"party '{party.Role}' has no subject", "name the column with the person's id");
            return null;
        }

        if (!isFound($"party '{party.Role}'", subject))
        {
            return null;
        }

        ColumnDescription[] link =
        [
            .. (subject.Through is [var first, ..] ? first.On.Values : [subject.Column]).Select(table.Find).OfType<ColumnDescription>(),
        ];
        return new MappedParty(party, subject, link, declared.Erased, Changes(party, declared, link, isOnlyPerson));
    }

    /// <summary>What becomes of the columns of the link when the person's side goes; nothing where it stays, for a reason.</summary>
    private ColumnChange[] Changes(RecordParty party, PartyMapping declared, ColumnDescription[] link, bool isOnlyPerson)
    {
        if (declared.Excused is not null)
        {
            if (string.IsNullOrWhiteSpace(declared.Excused))
            {
                Problem($"the link to party '{party.Role}' is excused without a reason", "say why it stays");
            }

            return [];
        }

        if (WhyItStays(declared, link) is var (wrong, mend))
        {
            Problem(
                isOnlyPerson ? $"records are anonymised, and the link to their person is in {wrong}" : $"the link to party '{party.Role}' is in {wrong}",
                isOnlyPerson ? "let it be a column that can be emptied, or map the person as a party, an owner, whose link has a text for \"erased\" or is excused with a reason"
                    : mend + ", or excuse the link with a reason");
            return [];
        }

        return [.. link.Where(column => link.Length == 1 || CanBeEmptied(column))
            .Select(column => new ColumnChange(column, new ContentChange.Fixed(column.IsNullable ? null : declared.Erased)))];
    }

    /// <summary>Of a reference by several columns one that is emptied is enough: it leads nowhere any more.</summary>
    private bool CanBeEmptied(ColumnDescription column) => column is { IsNullable: true, IsGenerated: false } && !key.Contains(column);

    private (string Wrong, string Mend)? WhyItStays(PartyMapping declared, ColumnDescription[] link)
    {
        if (link.Length > 1 && link.Any(CanBeEmptied))
        {
            return null;
        }

        if (link.FirstOrDefault(key.Contains) is { } part)
        {
            return ($"the key (column '{part.Name}'), which cannot be emptied while the row stays", "give the table a key without people");
        }

        if (link.FirstOrDefault(column => column.IsGenerated) is { } generated)
        {
            return ($"a column that the database computes ('{generated.Name}')", "name the column that it is computed from");
        }

        return link.FirstOrDefault(column => !column.IsNullable) is { } required && (declared.Erased is null || link.Length > 1)
            ? ($"column '{required.Name}', which may not be NULL", "say what stands there when the person's side has been erased: \"erased\"")
            : null;
    }

    private void Problem(string wrong, string mend) => problems.Add(new MappingProblem(path, wrong, mend));
}

/// <summary>A person whom a data set's rows concern.</summary>
/// <param name="Party">The role and what is the person's.</param>
/// <param name="Path">Where the person's id is.</param>
/// <param name="Link">The columns of the record's own table that lead to the person.</param>
/// <param name="Erased">What stands in the link where it has been emptied and may not be NULL.</param>
/// <param name="Changes">What becomes of the link when the person's side goes.</param>
internal sealed record MappedParty(
    RecordParty Party, ColumnPath Path, IReadOnlyList<ColumnDescription> Link, string? Erased, IReadOnlyList<ColumnChange> Changes)
{
    /// <summary>Whether the person is found through other tables.</summary>
    public bool IsElsewhere => Path.Through.Count > 0;

    /// <summary>The scope of facts that were put on a record because its person in this role was found through other tables.</summary>
    public string RecordScope => $"record/{Party.Role}";
}
