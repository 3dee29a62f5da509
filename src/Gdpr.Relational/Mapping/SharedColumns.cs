using Gdpr.Policies;
using Gdpr.Relational.Tables;
using Gdpr.Retention;

namespace Gdpr.Relational.Mapping;

/// <summary>Checks that a column whose content may go while its record stays is needed for nothing else, in its own data set or in another.</summary>
internal sealed class SharedColumns(IReadOnlyList<TableDescription> tables, List<MappingProblem> problems)
{
    public void Check(IReadOnlyList<MappedDataSet> dataSets)
    {
        foreach (var dataSet in dataSets.Any(dataSet => dataSet.IsDisposedInParts || dataSet.Children.Count > 0 || dataSet.HasTriggers) ? dataSets : [])
        {
            CheckViews(dataSet);
        }

        foreach (var dataSet in dataSets)
        {
            CheckChildren(dataSet, dataSets);
            var changed = ChangedOf(dataSet).ToArray();
            foreach (var column in changed.GroupBy(pair => pair.Column, pair => pair.Field, StringComparer.OrdinalIgnoreCase)
                .Where(column => column.Distinct(StringComparer.Ordinal).Count() > 1 && !GoTogether(dataSet, column.Key, [.. column.Distinct(StringComparer.Ordinal)])))
            {
                Problem(dataSet, $"column '{column.Key}' holds several fields ({string.Join(", ", column.Distinct(StringComparer.Ordinal))})",
                    "map it to one: what becomes of the one would become of the other");
            }

            if (dataSet.IsDisposedInParts && changed.Length > 0)
            {
                CheckOwn(dataSet, changed);
                foreach (var other in dataSets)
                {
                    CheckOther(dataSet, changed, other);
                }
            }
        }
    }

    /// <summary>Whether the same becomes of all the fields in a column, at the same time.</summary>
    private static bool GoTogether(MappedDataSet dataSet, string column, string[] fields) => !dataSet.IsDisposedInParts
        || (Array.TrueForAll(fields, field => field[0] != '@') && dataSet.Units.Any(unit => fields.All(field => unit.Fields.Contains(field, StringComparer.Ordinal)))
            && fields.SelectMany(field => dataSet.Fields[field]).Where(change => Is(change.Column.Name, column)).Select(change => change.Change).Distinct().Count() == 1);

    /// <summary>Whether a field's disposal is to cut the record from its person, at the same time as all else is disposed of.</summary>
    public static bool SeversAll(string field, DataSetSchedule dataSet) =>
        dataSet.FieldGroups.Any(group => group.Fields.Contains(field, StringComparer.Ordinal) && group.Disposal.Final.Strategy == AnonymisationStrategy.Sever)
        && dataSet.FieldGroups.All(group => group.Disposal.Action != DisposalAction.Restrict && group.Rules.SequenceEqual(dataSet.FieldGroups[0].Rules));

    /// <summary>Whether a way starts from a column of the record's own table.</summary>
    public static bool Uses(ColumnPath used, string column) => StartOf(used).Contains(column, StringComparer.OrdinalIgnoreCase);

    private void CheckOwn(MappedDataSet dataSet, (string Field, string Column)[] changed)
    {
        foreach (var (use, columns, isNeeded) in UsesIn(dataSet))
        {
            foreach (var (field, column) in changed.Where(pair => columns(pair.Column) && isNeeded(pair.Field)))
            {
                Problem(dataSet, $"{Named(field)} is in column '{column}', which {use} while the record stays", MendOf(field));
            }

            foreach (var computed in dataSet.Table.Columns.Where(column => column.IsGenerated && columns(column.Name)))
            {
                Problem(dataSet, $"the database computes column '{computed.Name}', which {use}, and from what nobody says, while fields of the record are emptied",
                    "name the columns that it is computed from, as an expression where it is a trigger");
            }
        }
    }

    /// <summary>What of the own table decides something, and for which fields that counts.</summary>
    public static IEnumerable<(string Use, Func<string, bool> Columns, Func<string, bool> IsNeeded)> UsesIn(MappedDataSet dataSet)
    {
        (string Link, ColumnPath Path)[] people = dataSet.Parties.IsDeclared ? [.. dataSet.People.Select(person => (person.Party.Link, person.Path))]
            : dataSet.Subject is { } subject ? [("", subject)] : [];
        foreach (var (link, path) in people)
        {
            yield return ("says whose the record is", column => Uses(path, column),
                field => field != link && (dataSet.Parties.IsDeclared || !SeversAll(field, dataSet.Schedule)));
        }

        foreach (var trigger in dataSet.Triggers.OfType<MappedTrigger>())
        {
            yield return ("says when it is due",
                column => Uses(trigger.Path, column) || (trigger.Expression is { } expression && ExpressionText.MayName(expression, column, "r")), _ => true);
        }

        yield return ("tells its rows from others", column => dataSet.Only.Any(only => Is(only.Column.Name, column)), _ => true);
        foreach (var child in dataSet.Children)
        {
            yield return ($"the rows of other tables refer to '{dataSet.Table.Name}' by", column => child.On.Values.Contains(column, StringComparer.OrdinalIgnoreCase), _ => true);
        }
    }

    /// <summary>Rows that go with a record, whatever they say, may not be what keeps another's; neither may a reference that is emptied.</summary>
    private void CheckChildren(MappedDataSet dataSet, IReadOnlyList<MappedDataSet> others)
    {
        var children = AllOf(dataSet.Children, []).ToArray();
        foreach (var (other, trigger, name) in others.SelectMany(other => other.Triggers.Zip(other.Schedule.Triggers).Where(pair => pair.First is not null)
            .Select(pair => (other, pair.First!, pair.Second))))
        {
            foreach (var chain in children)
            {
                var (child, isSevered) = (chain[^1], chain[^1].Action == ChildAction.Sever);
                var isNamed = trigger.Expression is { } expression && ExpressionText.MayNameTable(expression, child.Table)
                    && !(other.IsOfRowsOf(dataSet) && chain.Length == 1 && OwnRowsText.AsksOnlyFor(expression, child.Table, child.On, isSevered))
                    && (!isSevered || ExpressionText.MayUseRows(expression, child.Table) || child.Cut.Any(column => ExpressionText.MayName(expression, column, "")));
                if (isNamed || IsOn(trigger.Path, chain, other))
                {
                    Problem(dataSet, $"rows of table '{child.Table}' go or lose their reference with a record, and by them trigger '{name}' of data set '{other.Path}' says when "
                        + "its records are due", "make them a data set of their own, kept as long as what they decide, or keep the date with the records; a record's own rows are found by their reference alone, also in an expression: '… WHERE ' or '… AND ' and the reference, equal to the column of r");
                }
            }
        }

        foreach (var other in others)
        {
            foreach (var path in other.WaysToPeople)
            {
                foreach (var chain in children.Where(chain => IsOn(path, chain, other)))
                {
                    Problem(dataSet, $"rows of table '{chain[^1].Table}' go or lose their reference with a record, and they say whose the records of data set "
                        + $"'{other.Path}' are", "make them a data set of their own, kept as long as those records, or keep the person with the records: nobody would find "
                        + "them for a hold or a request");
                }
            }
        }

        // By its own reference a record finds its own rows, which go with it.
        bool IsOn(ColumnPath path, ChildMapping[] chain, MappedDataSet other) => path.Through.Index().Any(at => Is(at.Item.Table, chain[^1].Table)
            && !(other.IsOfRowsOf(dataSet) && at.Index == chain.Length - 1 && path.Through.Zip(chain).All(pair => IsSame(pair.First, pair.Second)))
            && (chain[^1].Action == ChildAction.Delete || at.Item.On.Keys.Intersect(chain[^1].Cut, StringComparer.OrdinalIgnoreCase).Any()));

        static IEnumerable<ChildMapping[]> AllOf(IReadOnlyList<ChildMapping> children, ChildMapping[] above) =>
            children.SelectMany(child => AllOf(child.Children, [.. above, child]).Prepend([.. above, child]));

        static bool IsSame(JoinStep step, ChildMapping child) => Is(step.Table, child.Table) && step.On.Count == child.On.Count
            && step.On.All(pair => child.On.Any(other => Is(other.Key, pair.Key) && Is(other.Value, pair.Value)));
    }

    /// <summary>What a view reads nobody says here.</summary>
    private void CheckViews(MappedDataSet dataSet)
    {
        var ways = dataSet.Steps.Select(step => step.Table).ToArray();
        var expressions = dataSet.Triggers.Select(trigger => trigger?.Expression).OfType<string>().ToArray();
        foreach (var view in tables.Where(table => table.IsView && (ways.Contains(table.Name, StringComparer.OrdinalIgnoreCase)
            || expressions.Any(expression => ExpressionText.MayNameTable(expression, table.Name)))))
        {
            Problem(dataSet, $"its dates or people are found by view '{view.Name}', of which nobody says what it reads, while disposing of records changes fields "
                + "of some that stay, or rows of other tables",
                "name the tables beneath it");
        }
    }

    /// <summary>Records are found, or judged, by what stands in rows of this data set that their way leads to: mostly those of another.</summary>
    private void CheckOther(MappedDataSet dataSet, (string Field, string Column)[] changed, MappedDataSet other)
    {
        foreach (var trigger in other.Triggers.OfType<MappedTrigger>())
        {
            CheckWay(trigger.Path, trigger.Expression, "says when its records are due");
        }

        foreach (var path in other.People.Select(person => person.Path).Concat(other.Subject is { } subject ? [subject] : []))
        {
            CheckWay(path, null, "says whose its records are");
        }

        void CheckWay(ColumnPath path, string? expression, string use)
        {
            foreach (var (index, step) in path.Through.Index().Where(step => Is(step.Item.Table, dataSet.Table.Name)))
            {
                string[] used = [.. step.On.Keys, .. index + 1 < path.Through.Count ? path.Through[index + 1].On.Values : [path.Column]];
                Check(column => used.Contains(column, StringComparer.OrdinalIgnoreCase) || (expression is not null && ExpressionText.MayName(expression, column, $"j{index}")), use);
            }

            // A subquery of its own.
            if (expression is not null && ExpressionText.MayNameTable(expression, dataSet.Table.Name))
            {
                Check(column => ExpressionText.MayName(expression, column, "") || ExpressionText.MayUseRows(expression, dataSet.Table.Name), use);
            }
        }

        void Check(Func<string, bool> isUsed, string use)
        {
            foreach (var (field, column) in changed.Where(pair => isUsed(pair.Column)))
            {
                Problem(dataSet, $"{Named(field)} is in column '{column}', which {use} in data set '{other.Path}', and is changed while the record stays", MendOf(field));
            }

            foreach (var computed in dataSet.Table.Columns.Where(column => column.IsGenerated && isUsed(column.Name)))
            {
                Problem(dataSet, $"the database computes column '{computed.Name}', which {use} in data set '{other.Path}', and from what nobody says, "
                    + "while fields of the record are emptied", "name there the columns that it is computed from, as an expression where it is a trigger");
            }
        }
    }

    private static IEnumerable<(string Field, string Column)> ChangedOf(MappedDataSet dataSet) => dataSet.Fields.OrderBy(field => field.Key, StringComparer.Ordinal)
        .SelectMany(field => field.Value.Select(change => (field.Key, change.Column.Name)));

    private static IEnumerable<string> StartOf(ColumnPath path) => path.Through is [var first, ..] ? first.On.Values : [path.Column];

    /// <summary>A link to a person is called after the role: no field has such an id.</summary>
    private static string Named(string field) => field[0] == '@' ? $"the link to the person ('{field}')" : $"field '{field}'";

    private static string MendOf(string field) => field[0] == '@'
        ? "keep the two in columns of their own, or map the person as a party, an owner, whose link is excused with a reason"
        : "keep the two in columns of their own, or excuse the field with a reason";

    private static bool Is(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private void Problem(MappedDataSet dataSet, string wrong, string mend)
    {
        var problem = new MappingProblem(dataSet.Path, wrong, mend);
        if (!problems.Contains(problem))
        {
            problems.Add(problem);
        }
    }
}
