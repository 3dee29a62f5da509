using System.Data.Common;
using Gdpr.EntityFrameworkCore.Mapping;
using Gdpr.EntityFrameworkCore.Sources;
using Gdpr.Relational.Mapping;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Gdpr.EntityFrameworkCore.Visibility;

/// <summary>What the sources of other contexts keep, as far as a context comes near it: a context that is no source has their records, and rows with which the database
/// deletes records that the context does not have are not its to delete.</summary>
internal static class OtherSources
{
    /// <summary>What is said beside models, as far as it holds for the classes of a context that is no source: what all say alike.</summary>
    public static IEnumerable<KeyValuePair<Type, RecordStatement>> StatementsFor(IEnumerable<MappedContext> contexts) =>
        contexts.SelectMany(mapped => mapped.Options.Statements).GroupBy(statement => statement.Key)
            .Where(statements => statements.Select(statement => statement.Value.DataSet).Distinct(StringComparer.Ordinal).Count() == 1)
            .Select(statements => statements.First());

    /// <summary>What is said beside the model of a context that is a source: by itself, and of what is kept elsewhere by the others; and the classes of
    /// that.</summary>
    public static (IReadOnlyDictionary<Type, RecordStatement> Statements, IReadOnlySet<Type> Elsewhere) SaidBeside(
        DbContextSourceOptions options, IEnumerable<MappedContext> contexts)
    {
        var others = StatementsFor(contexts.Where(mapped => mapped.Options != options)).Where(said => said.Value.DataSet is not null
            && !options.Statements.ContainsKey(said.Key) && options.ElsewhereKept.Any(kept => kept.IsAssignableFrom(said.Key))).ToArray();
        return (options.Statements.Concat(others).ToDictionary(), options.ElsewhereKept.Concat(others.Select(said => said.Key)).ToHashSet());
    }

    /// <summary>What is wrong with what a source's context says is kept elsewhere.</summary>
    /// <param name="map">What is said of its model.</param>
    /// <param name="context">The context's class.</param>
    /// <param name="others">The sources of contexts beside it.</param>
    public static IEnumerable<string> ProblemsOf(EfModelMap map, Type context, IReadOnlyList<DbContextSource> others) => map.KeptElsewhere
        .Select(record => others.FirstOrDefault(source => source.Map.DataSets.ContainsKey(record.DataSet!)) is { } source
            ? ElsewhereThan(context, record, source)
            : new MappingProblem(
                record.DataSet!, $"{record.Name} of {context.Name} is said to be kept elsewhere (KeptElsewhere), and no other context's source keeps the data set: nobody would",
                "add the context that keeps it with AddDbContextSource, or take KeptElsewhere out and let this source keep it").ToString())
        .OfType<string>();

    /// <summary>Refuses a context that is no source where its records are not those of one, row by row, or where some would be seen past their filter.</summary>
    /// <param name="context">The context's class.</param>
    /// <param name="model">Its model.</param>
    /// <param name="guarded">What of it is guarded.</param>
    /// <param name="beside">What is said beside it.</param>
    /// <param name="sources">The sources.</param>
    /// <exception cref="InvalidOperationException">It is refused.</exception>
    public static void Check(
        Type context, IModel model, ContextModel guarded, IReadOnlyDictionary<Type, RecordStatement> beside, IReadOnlyList<DbContextSource> sources)
    {
        foreach (var record in guarded.Records.Values.Distinct())
        {
            var source = sources.FirstOrDefault(source => source.Map.DataSets.ContainsKey(record.DataSet!)) ?? throw None(context, record.DataSet!);
            if (ElsewhereThan(context, record, source) is { } wrong)
            {
                throw new InvalidOperationException(wrong);
            }
        }

        (ITable Table, DbContextSource Source)[] keepers = [.. sources.SelectMany(source => TablesOf(source).Select(table => (table, source)))];
        foreach (var type in model.GetEntityTypes()
            .Where(type => !type.IsOwned() && !type.IsAbstract() && !guarded.Records.ContainsKey(type) && EfModelMap.ExcuseOf(type, beside) is null))
        {
            var tables = type.GetTableMappings().Select(mapping => mapping.Table).ToArray();
            var kept = Array.Find(keepers, keeper => Array.Exists(tables, table => EfTables.MayBeOne(keeper.Table, table)));
            var rows = kept.Source is not null ? $"'{kept.Table.Name}', where rows are records of the source '{kept.Source.Name}'"
                : tables.Length == 0 ? "no table, so that nothing is known of what it shows"
                : null;
            if (rows is not null)
            {
                throw new InvalidOperationException(
                    $"{type.DisplayName()} of {context.Name} is read from {rows}, and says nothing of it: everybody would see all of them. "
                    + "Name their data set with [DataSet] or HasDataSet, or say why it is no personal data with IsNotPersonalData.");
            }
        }
    }

    /// <summary>That a context has the records of a source in another place than the source; <see langword="null"/> where it has not.</summary>
    private static string? ElsewhereThan(Type context, EfRecord record, DbContextSource source)
    {
        var (own, kept) = (PlaceOf(record), PlaceOf(source.Map.DataSets[record.DataSet!]));
        return own == kept ? null
            : $"{context.Name} has the records of '{record.DataSet}' in {own}, and the source '{source.Name}', which knows what may be seen of them, in {kept}: "
                + "map them as the source's context does, or give them a data set of their own and add the context with AddDbContextSource.";
    }

    /// <summary>That nobody knows what may be seen of a data set.</summary>
    public static InvalidOperationException None(Type context, string dataSet) =>
        new($"No source of {context.Name} has the data set '{dataSet}': add the context with AddDbContextSource, or the one that has the records.");

    /// <summary>The tables of a context with whose rows the database goes on to records, by the model of another context alone, and whose records those are.</summary>
    /// <param name="guarded">What of the context's model is guarded.</param>
    /// <param name="others">The sources of other contexts, and what of their models is guarded.</param>
    public static IReadOnlyList<(ITable Table, OtherRecords Records)> TakenBy(
        ContextModel guarded, IEnumerable<(DbContextSource Source, ContextModel Model)> others)
    {
        var known = guarded.Cascades.Tables.SelectMany(table => guarded.Cascades.RecordsFrom(table).Select(records => (From: table, To: records))).ToArray();
        var taken = new List<(ITable Table, OtherRecords Records)>();
        foreach (var (source, model) in others)
        {
            foreach (var table in model.Cascades.Tables)
            {
                if (model.Cascades.RecordsFrom(table).FirstOrDefault(records => !IsKnown(table, records)) is { } records)
                {
                    taken.Add((table, new OtherRecords(source, model.Cascades.DataSetsOf(records)[0])));
                }
            }
        }

        return taken;

        bool IsKnown(ITable from, ITable to) => Array.Exists(known, pair => EfTables.MayBeOne(pair.From, from) && EfTables.MayBeOne(pair.To, to));
    }

    /// <summary>Refuses what <c>SaveChanges</c> would delete, where the database would go on to records of another source that the context does not have.</summary>
    /// <exception cref="Gdpr.Sources.GuardBypassException">The host refuses such statements.</exception>
    public static async ValueTask CheckAsync(
        DbContext context, GdprOptionsExtension extension, IEnumerable<IEntityType> deleted, CancellationToken cancellationToken)
    {
        var model = extension.Visibility.ModelOf(context);
        (string Rows, OtherRecords Records)[] taken = [.. deleted.Distinct().SelectMany(type => model.TakenFrom(type).Select(records => (type.DisplayName(), records)))];
        if (taken.Length == 0)
        {
            return;
        }

        await context.Database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await ReportAsync(context, extension, taken, context.Database.GetDbConnection(), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await context.Database.CloseConnectionAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Refuses what a command deletes, where its database would go on to records of another source that the context does not have.</summary>
    /// <param name="context">The context.</param>
    /// <param name="extension">How it uses the library.</param>
    /// <param name="command">The command, over an open connection.</param>
    /// <param name="isOfModel">Whether EF Core wrote it, for a table of the model.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="Gdpr.Sources.GuardBypassException">The host refuses such statements.</exception>
    public static ValueTask CheckAsync(DbContext context, GdprOptionsExtension extension, DbCommand command, bool isOfModel, CancellationToken cancellationToken)
    {
        var model = extension.Visibility.ModelOf(context);
        return model.Taken.Count == 0 ? ValueTask.CompletedTask : ReportAsync(
            context,
            extension,
            RawSql.Changes(command.CommandText, context.QuotesByBrackets(), (verb, name) => RawTexts.IsDeleting(verb) && Taken(name).Any())
                .SelectMany(change => Taken(change.Table).Select(records => ($"'{change.Table}'", records))),
            command.Connection!,
            cancellationToken);

        IEnumerable<OtherRecords> Taken(string table) => model.TakenFrom(table, isOfModel ? context.Model : null);
    }

    private static async ValueTask ReportAsync(
        DbContext context, GdprOptionsExtension extension, IEnumerable<(string Rows, OtherRecords Records)> taken, DbConnection connection,
        CancellationToken cancellationToken)
    {
        foreach (var (rows, records) in taken.Distinct())
        {
            // Where it cannot be told which database it is, the tables' names decide.
            if (EfTables.AreOfOneKind(context.Model, records.Source.Map.Model)
                && await records.Source.IsReachedByAsync(connection, cancellationToken).ConfigureAwait(false) is not false)
            {
                extension.Visibility.Bypasses.Report(
                    extension.Options,
                    $"With rows of {rows} the database deletes records of '{records.DataSet}', or takes their person from them, and "
                    + $"{context.GetType().Name} does not have them: nobody would ask what forbids it.",
                    "Delete them through a context that has the records, or let this one have them too.");
            }
        }
    }

    /// <summary>Where the rows of records are, and what tells them apart.</summary>
    private static string PlaceOf(EfRecord record) =>
        record.Type.GetDerivedTypesInclusive().SelectMany(type => type.GetTableMappings()).FirstOrDefault()?.Table is { } table && record.Type.FindPrimaryKey() is { } key
            ? $"{EfTables.NameOf(table)} ({string.Join(", ", key.Properties.Select(part => EfCascades.ColumnOf(part, table).Name))})"
            : "no table, or without a key";

    private static IEnumerable<ITable> TablesOf(DbContextSource source) => source.Map.Model.GetRelationalModel().Tables
        .Where(table => table.EntityTypeMappings.Any(mapping =>
            source.Map.Find(ContextModel.OwnerOf((IEntityType)mapping.TypeBase)) is { DataSet: not null, IsKeptElsewhere: false }));
}

/// <summary>Records that a context does not have.</summary>
/// <param name="Source">The source that does.</param>
/// <param name="DataSet">Their data set.</param>
internal sealed record OtherRecords(DbContextSource Source, string DataSet);
