using Gdpr.EntityFrameworkCore.Mapping;
using Gdpr.EntityFrameworkCore.Sources;
using Gdpr.Relational;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Tables;
using Gdpr.Retention;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Gdpr.EntityFrameworkCore.Hazards;

/// <summary>Looks at the start for what the live database does of its own to records, where rows that they refer to are deleted: to those of tables of SQL, where a
/// context has the rows that they refer to, and to those of a context, where its model does not say so. Nobody would ask what forbids it.</summary>
/// <remarks>What the database deletes of a context's own records <see cref="LiveCascades"/> looks for, whenever its source prepares itself.</remarks>
internal sealed class CascadesAtStart : IStartCheck
{
    private const string Mend = "let the reference in the database delete and change nothing (ON DELETE NO ACTION)";

    public async ValueTask<IReadOnlyList<string>> CheckAsync(RetentionSchedule schedule, SourceInventory inventory, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(inventory);
        var contexts = new List<(DbContextSource Source, KeptTables Kept)>();
        SourceUnavailableException? notReached = null;
        foreach (var source in inventory.Sources.OfType<DbContextSource>())
        {
            if (await LookAsync(source.Of(schedule)).ConfigureAwait(false) is { } kept)
            {
                contexts.Add((source, kept));
            }
        }

        foreach (var (source, kept) in contexts)
        {
            Refuse(source.Name, Unsaid(source, kept));
        }

        foreach (var source in inventory.Sources.OfType<SqlSource>())
        {
            if (await LookAsync(source).ConfigureAwait(false) is { Database: not null } kept)
            {
                Refuse(source.Name, contexts.Where(other => other.Kept.Database == kept.Database).SelectMany(other => Taken(kept, other.Source, other.Kept)));
            }
        }

        return notReached is null ? [] : throw notReached;

        // One that cannot be reached keeps none of the others from being looked at: nobody asks again.
        async ValueTask<KeptTables?> LookAsync(SqlSource source)
        {
            try
            {
                return await source.LookAsync(schedule, cancellationToken).ConfigureAwait(false);
            }
            catch (SourceUnavailableException exception)
            {
                notReached ??= exception;
                return null;
            }
        }
    }

    private static void Refuse(string source, IEnumerable<MappingProblem> problems)
    {
        string[] all = [.. problems.Select(problem => problem.ToString()).Distinct(StringComparer.Ordinal)];
        if (all.Length > 0)
        {
            throw new SourceMappingException(source, all);
        }
    }

    /// <summary>What the database takes from a context's records of which its model does not say so.</summary>
    private static IEnumerable<MappingProblem> Unsaid(DbContextSource source, KeptTables kept) => kept.Severing
        .Where(reference => !source.Map.Model.GetRelationalModel().Tables
            .Any(table => Conventions.Find(kept.Tables, EfTables.NameOf(table))?.FullName == reference.From.FullName && Says(table, reference.Key)))
        .Select(reference => new MappingProblem(
            kept.Records[reference.From.FullName],
            $"{Severs(reference)}, and the model does not say so: whoever deletes rows of '{reference.To.Name}' would take that from records that nobody asked after",
            $"{Mend}, or let the model {(Has(source, kept, reference.To) ? "" : $"have '{reference.To.Name}' and ")}say OnDelete(DeleteBehavior.SetNull)"));

    private static bool Has(DbContextSource source, KeptTables kept, TableDescription table) =>
        source.Map.Model.GetRelationalModel().Tables.Any(mapped => Conventions.Find(kept.Tables, EfTables.NameOf(mapped))?.FullName == table.FullName);

    /// <summary>What the database does to records of tables of SQL, where rows are deleted that a context has and their source has not.</summary>
    private static IEnumerable<MappingProblem> Taken(KeptTables kept, DbContextSource source, KeptTables theirs)
    {
        var model = source.Map.Model.GetRelationalModel().Tables.Select(table => Conventions.Find(theirs.Tables, EfTables.NameOf(table))?.FullName)
            .OfType<string>().Where(table => !kept.Own.Contains(table)).ToHashSet(StringComparer.Ordinal);
        LiveReference[] cascading = [.. kept.Cascading], severing = [.. kept.Severing];
        var leading = new Dictionary<string, string>(kept.Records, StringComparer.Ordinal);
        foreach (var reference in severing)
        {
            leading.TryAdd(reference.To.FullName, kept.Records[reference.From.FullName]);
        }

        while (Array.Find(cascading, reference => leading.ContainsKey(reference.From.FullName) && !leading.ContainsKey(reference.To.FullName)) is { } further)
        {
            leading.Add(further.To.FullName, leading[further.From.FullName]);
        }

        return cascading.Where(reference => leading.ContainsKey(reference.From.FullName))
            .Select(reference => (Reference: reference, Does: $"the database deletes rows of '{reference.From.Name}' with what they refer to ({reference.Key})"))
            .Concat(severing.Select(reference => (Reference: reference, Does: Severs(reference))))
            .Where(found => model.Contains(found.Reference.To.FullName))
            .Select(found => new MappingProblem(
                leading[found.Reference.From.FullName],
                $"{found.Does}, and {source.ContextType.Name} of the source '{source.Name}' has '{found.Reference.To.Name}': what is deleted there would take records with it, "
                + "or their person, that nobody asked after",
                $"{Mend}, or let that source keep the records too"));
    }

    private static string Severs(LiveReference reference) =>
        $"the database empties what says whose rows of '{reference.From.Name}' are, or when they are due, with what they refer to ({reference.Key})";

    private static bool Says(ITable table, ForeignKeyDescription live) => table.ForeignKeyConstraints.Any(key =>
        key.OnDeleteAction is ReferentialAction.Cascade or ReferentialAction.SetNull or ReferentialAction.SetDefault
        && key.Columns.Select(column => column.Name).ToHashSet(StringComparer.OrdinalIgnoreCase).SetEquals(live.Columns));
}
