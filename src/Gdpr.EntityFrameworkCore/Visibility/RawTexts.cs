using System.Diagnostics.CodeAnalysis;
using System.Linq.Expressions;
using Gdpr.EntityFrameworkCore.Mapping;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query.Internal;

namespace Gdpr.EntityFrameworkCore.Visibility;

/// <summary>Asks whether texts of SQL would see or change records past their guards.</summary>
internal static class RawTexts
{
    /// <summary>Refuses, or warns of, a text that changes records, or that reads them without a filter.</summary>
    /// <param name="context">The context that runs it.</param>
    /// <param name="extension">How the context uses the library.</param>
    /// <param name="text">The text.</param>
    /// <param name="reads">Whether what it reads is given unfiltered.</param>
    /// <param name="othersToo">Whether it is compiled, for whichever database: then what it would take from other sources is refused by the names of tables
    /// alone.</param>
    public static void Report(DbContext context, GdprOptionsExtension extension, string text, bool reads, bool othersToo = false)
    {
        var (model, brackets) = (extension.Visibility.ModelOf(context), context.QuotesByBrackets());
        foreach (var (verb, table) in RawSql.Changes(
            text,
            brackets,
            (verb, name) => IsDeleting(verb) ? model.DeletesRecords(name) || (othersToo && model.TakenFrom(name).Any()) : model.IsGuarded(name)))
        {
            extension.Visibility.Bypasses.Report(
                extension.Options,
                $"A text of SQL would {verb} '{table}' without asking what forbids it.",
                "Load the records and call SaveChanges, which asks; erasure and expiry are the library's to do.");
        }

        if (reads)
        {
            foreach (var table in RawSql.Reads(text, brackets, model.HoldsRecords).Distinct(StringComparer.OrdinalIgnoreCase))
            {
                extension.Visibility.Bypasses.Report(
                    extension.Options,
                    $"A text of SQL would read '{table}' and see records beyond what anybody may.",
                    "Ask for the entity type and go on from there: FromSql on its set is filtered.");
            }
        }
    }

    /// <summary>Whether a verb takes whole rows.</summary>
    public static bool IsDeleting(string verb) => verb is "DELETE" or "TRUNCATE" or "DROP";

    /// <summary>The texts in a query, whatever is composed on them, each with whether it stands for objects of records: those are filtered.</summary>
    public static IReadOnlyList<(string Text, bool IsOfRecords)> In(Expression query, ContextModel guarded)
    {
        var roots = new Roots(guarded);
        roots.Visit(query);
        return roots.Found;
    }

    [SuppressMessage("Usage", "EF1001:Internal EF Core API usage.", Justification = "EF Core has no other name for a text of SQL in a query.")]
    private sealed class Roots(ContextModel guarded) : ExpressionVisitor
    {
        public List<(string Text, bool IsOfRecords)> Found { get; } = [];

        protected override Expression VisitExtension(Expression node)
        {
            switch (node)
            {
                case FromSqlQueryRootExpression root:
                    Found.Add((root.Sql, guarded.RecordsOf(root.EntityType) is not null));
                    break;
                case SqlQueryRootExpression root:
                    Found.Add((root.Sql, false));
                    break;
            }

            return base.VisitExtension(node);
        }
    }
}
