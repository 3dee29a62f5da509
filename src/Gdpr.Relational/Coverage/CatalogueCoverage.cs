using Gdpr.Relational.Mapping;
using Gdpr.Relational.Tables;
using Gdpr.Retention;
using Gdpr.Sources;

namespace Gdpr.Relational.Coverage;

/// <summary>Compares a policy and its mapping with what a database really holds, in both directions.</summary>
/// <remarks>Views that store nothing are passed over. Of what the database computes, only columns outside a mapped table are looked at.</remarks>
internal sealed class CatalogueCoverage
{
    private readonly RetentionSchedule _schedule;
    private readonly SqlMapping _mapping;
    private readonly IReadOnlyList<TableDescription> _tables;
    private readonly Excuses _excuses;
    private readonly CoveredTables _covered;
    private readonly PersonReach _reach;
    private readonly IReadOnlyList<MappingProblem> _problems;
    private readonly HashSet<string> _people;
    private readonly ILookup<(string Table, string Column), string> _unsaid;
    private readonly List<CoverageFinding> _findings = [];

    private CatalogueCoverage(RetentionSchedule schedule, CoveredParts parts, IReadOnlyList<TableDescription> tables)
    {
        (_schedule, _mapping, _tables) = (schedule, parts.Mapping, ModelCoverage.WithReferences(parts.Model ?? [], tables));
        (var dataSets, _problems) = MappingResolver.Resolve(_mapping, schedule, tables);
        _excuses = new Excuses(_mapping.Excused);
        _covered = new CoveredTables(dataSets, _tables, parts.Classified, parts.Discriminators);

        // Types that share a table share no statements: what one data set uses says nothing of the records of another.
        var sharing = dataSets.GroupBy(dataSet => dataSet.Table.Name, StringComparer.Ordinal).Where(table => table.Count() > 1)
            .SelectMany(table => table.Select(own => (own.Path, Others: table.Where(other => other != own))))
            .ToDictionary(own => own.Path, own => new CoveredTables([.. dataSets.Except(own.Others)], _tables, [], []), StringComparer.Ordinal);
        _unsaid = parts.Unsaid.Where(member => member.IsPart || sharing.GetValueOrDefault(member.DataSet!)?.IsUsed(member.Table, member.Column) == false)
            .ToLookup(member => (member.Table, member.Column), member => member.Name);
        _reach = new PersonReach(_tables, _covered, _excuses);
        _people = [.. _tables.Where(table => _covered.IsSubject(table.Name))
            .Select(table => NameWords.Of(table.Name[(table.Name.LastIndexOf('.') + 1)..])).Where(words => words.Count > 0).Select(words => words[^1])];
    }

    /// <summary>Finds every gap.</summary>
    /// <param name="schedule">The policy's rules.</param>
    /// <param name="parts">Everything that is covered in the database, with names as the live catalogue writes them.</param>
    /// <param name="tables">The live catalogue.</param>
    /// <param name="elsewhere">The data sets that other sources hold.</param>
    /// <returns>The gaps, in the order of their places.</returns>
    public static IReadOnlyList<CoverageFinding> Check(
        RetentionSchedule schedule, CoveredParts parts, IReadOnlyList<TableDescription> tables, IEnumerable<string> elsewhere)
    {
        var coverage = new CatalogueCoverage(schedule, parts, tables);
        var own = new LibraryTables(tables);
        foreach (var table in coverage._tables.Where(table => table.KeepsRows && !own.Has(table)))
        {
            coverage.Check(table);
        }

        coverage.CheckMapping();
        coverage.CheckPolicy(elsewhere);
        coverage._findings.AddRange(coverage._excuses.Check(tables, schedule.DataSets.Select(dataSet => dataSet.Path)));
        coverage.CheckModel(parts);
        return Ordered(coverage._findings);
    }

    /// <summary>Findings in the order of their places, each once.</summary>
    public static IReadOnlyList<CoverageFinding> Ordered(IEnumerable<CoverageFinding> findings) =>
        [.. findings.Distinct().OrderBy(finding => finding.Place, StringComparer.Ordinal).ThenBy(finding => finding.Code, StringComparer.Ordinal)];

    private void Check(TableDescription table)
    {
        if (_covered.IsRecords(table.Name))
        {
            CheckReferences(table);
            CheckColumns(table, column => !column.IsGenerated);
        }
        else if (_covered.IsNamed(table.Name))
        {
            CheckReferences(table);
            CheckColumns(table, column => _unsaid.Contains((table.Name, column.Name)));
            CheckNames(table);
        }
        else
        {
            CheckUnmapped(table);
            CheckNames(table);
        }
    }

    private void CheckUnmapped(TableDescription table)
    {
        var suspicious = table.Columns.Where(column => SuspicionOf(table, column) is not null).Select(column => column.Name).ToArray();
        var why = _reach.Way(table.Name) is { } way ? $"Its rows reach a person ({way})"
            : _covered.IsSubject(table.Name) ? "Its rows are the people whose records are mapped, or lie on the way to them"
            : suspicious.Length > 0 ? $"It has columns that seem to hold personal data ({string.Join(", ", suspicious)})"
            : SuspiciousNames.IsOfPeople(table.Name) ? "Its name says that its rows are people"
            : table.Columns.FirstOrDefault(column => NamesPerson(table, column)) is { } naming ? $"Its rows seem to name people ({naming.Name})"
            : null;
        if (why is not null && !_excuses.Table(table.Name))
        {
            Find(CoverageCodes.Table, table, null, $"{why}, and the table is neither mapped nor excused.",
                "Map it as a data set or under the children of what it refers to, or excuse it with a reason.");
        }
    }

    private void CheckReferences(TableDescription table)
    {
        foreach (var key in table.ForeignKeys.Where(key => _reach.Ends(key) && !_covered.IsMapped(key) && !_excuses.Reference(key)))
        {
            _findings.Add(new CoverageFinding(
                CoverageCodes.Path, key.ToString(), "Its rows reach a person by this reference, and it is neither mapped nor excused.",
                $"Name it as the record's subject or under the children of '{key.Parent}', or excuse its columns with a reason.")
            { Table = table.Name, Column = key.Columns is [var only] ? only : null });
        }
    }

    private void CheckColumns(TableDescription table, Func<ColumnDescription, bool> isStored)
    {
        foreach (var column in table.Columns.Where(isStored))
        {
            string[] unsaid = [.. _unsaid[(table.Name, column.Name)]];
            if (unsaid.Length == 0 && _covered.IsField(table.Name, column.Name))
            {
                continue;
            }

            if (SuspicionOf(table, column) is { } suspicion)
            {
                FindSuspicious(table, column, suspicion);
            }
            else if ((unsaid.Length > 0 || !_covered.IsUsed(table.Name, column.Name)) && !_excuses.Column(table.Name, column.Name) && !IsReferenceToPerson(table, column))
            {
                Find(CoverageCodes.Column, table, column,
                    $"The table holds personal data, and this column is neither mapped nor excused{(unsaid.Length > 0 ? $" for {string.Join(", ", unsaid)}" : "")}.",
                    "Declare a field of the policy for it and map it, or excuse it with a reason.");
            }
        }
    }

    private void CheckNames(TableDescription table)
    {
        foreach (var column in table.Columns)
        {
            if (SuspicionOf(table, column) is { } suspicion)
            {
                FindSuspicious(table, column, suspicion);
            }
        }
    }

    private void FindSuspicious(TableDescription table, ColumnDescription column, Suspicion suspicion) => Find(
        CoverageCodes.SuspiciousName, table, column, $"Its name says that it holds {suspicion.What}, and no field of the policy classifies it.",
        $"Map it to a field with a category such as {suspicion.Category}, or excuse it by its own name with a reason.");

    /// <summary>Whether a column seems to hold people's ids, though no foreign key says whose.</summary>
    private bool NamesPerson(TableDescription table, ColumnDescription column) =>
        SuspiciousNames.ReferenceTo(column.Name) is { } word
        && (SuspiciousNames.IsPeople(word) || _people.Contains(word) || _people.Contains(word + "s"))
        && !_excuses.Named(table.Name, column.Name) && !table.ForeignKeys.Any(key => Has(key, column));

    /// <summary>What a column's name gives away, unless it is a reference or has been excused.</summary>
    private Suspicion? SuspicionOf(TableDescription table, ColumnDescription column) =>
        (SuspiciousNames.OfColumn(column.Name) ?? _unsaid[(table.Name, column.Name)].Select(SuspicionIn).FirstOrDefault(found => found is not null)) is { } found
        && !_excuses.Named(table.Name, column.Name)
        && !(SuspiciousNames.IsReference(column.Name) && table.ForeignKeys.Any(key => Has(key, column)))
            ? found
            : null;

    private static Suspicion? SuspicionIn(string member) => SuspiciousNames.OfColumn(member[(member.LastIndexOf('.') + 1)..]);

    private bool IsReferenceToPerson(TableDescription table, ColumnDescription column) => table.ForeignKeys.Any(key => Has(key, column) && _reach.Ends(key));

    private static bool Has(ForeignKeyDescription key, ColumnDescription column) => key.Columns.Contains(column.Name, StringComparer.Ordinal);

    private void CheckMapping()
    {
        var reported = _findings.Select(finding => finding.Place).Concat(
            _findings.Where(finding => finding.Code == CoverageCodes.Table).SelectMany(finding => _tables.First(table => table.Name == finding.Table).ForeignKeys)
                .Select(key => key.ToString())).ToHashSet(StringComparer.Ordinal);
        foreach (var problem in _problems.Where(problem => problem.Fault != MappingFault.Reference || !reported.Contains(problem.Place)))
        {
            var code = problem.Fault switch
            {
                MappingFault.NotInDatabase => CoverageCodes.NotInDatabase,
                MappingFault.NotInPolicy => CoverageCodes.NotInPolicy,
                MappingFault.NotMapped => CoverageCodes.NotMapped,
                MappingFault.WithoutReason => CoverageCodes.ExcuseWithoutReason,
                _ => CoverageCodes.Unusable,
            };
            _findings.Add(new CoverageFinding(code, problem.Place, $"{problem.DataSet}: {problem.Wrong}.", Sentence(problem.Mend)));
        }
    }

    /// <summary>Finds data sets that nobody holds, of the systems that the mapping has a part of.</summary>
    private void CheckPolicy(IEnumerable<string> elsewhere)
    {
        var systems = _mapping.DataSets.Keys.Select(SystemOf).ToHashSet(StringComparer.Ordinal);
        var held = _mapping.DataSets.Keys.Concat(elsewhere).ToHashSet(StringComparer.Ordinal);
        foreach (var path in _schedule.DataSets.Select(dataSet => dataSet.Path)
            .Where(path => systems.Contains(SystemOf(path)) && !held.Contains(path) && !_excuses.DataSet(path)))
        {
            _findings.Add(new CoverageFinding(
                CoverageCodes.NotMapped, path, $"The policy declares this data set of system '{SystemOf(path)}', and nothing is mapped to it.",
                "Map it to the table that holds it, or excuse it with a reason, such as where else it is."));
        }
    }

    /// <summary>Compares with the models what has not been found already.</summary>
    private void CheckModel(CoveredParts parts)
    {
        _findings.AddRange(ModelCoverage.Check(parts.Unjudged, _mapping));
        _findings.AddRange(ModelCoverage.Check(parts.Unclaimed));
        if (parts.Model is { } model)
        {
            var found = _findings.Select(finding => finding.Place).ToHashSet(StringComparer.Ordinal);
            _findings.AddRange(ModelCoverage.CheckTypes(model, _mapping));
            _findings.AddRange(ModelCoverage.Check(model, _mapping, _tables).Where(finding => !found.Contains(finding.Place)));
        }
    }

    private static string SystemOf(string path) => path.Split('.', 2)[0];

    private static string Sentence(string mend) => $"{char.ToUpperInvariant(mend[0])}{mend[1..]}.";

    private void Find(string code, TableDescription table, ColumnDescription? column, string message, string mend) => _findings.Add(
        new CoverageFinding(code, column is null ? table.Name : $"{table.Name}.{column.Name}", message, mend) { Table = table.Name, Column = column?.Name });
}
