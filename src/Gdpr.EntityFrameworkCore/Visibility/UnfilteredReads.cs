using System.Linq.Expressions;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;

namespace Gdpr.EntityFrameworkCore.Visibility;

/// <summary>Which data sets a query reads past their filter, by leave of the host. It travels as a tag, so that the reading can be recorded all the same.</summary>
internal sealed class UnfilteredReads : ExpressionVisitor
{
    // Nobody outside this process knows it: a tag made of somebody's input names no data sets.
    private static readonly string Head = $"gdpr unfiltered {Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))} ";

    private static readonly MethodInfo TagWith = typeof(EntityFrameworkQueryableExtensions).GetMethod(nameof(EntityFrameworkQueryableExtensions.TagWith))!;

    private readonly string _tag;
    private bool _isTagged;

    private UnfilteredReads(string tag) => _tag = tag;

    /// <summary>Says of a query which data sets it reads so.</summary>
    public static Expression In(Expression query, IEnumerable<string> dataSets) => new UnfilteredReads(Head + string.Join(' ', dataSets)).Visit(query);

    /// <summary>Reads of a command which data sets it reads so.</summary>
    public static IReadOnlyList<string> OfCommand(string text)
    {
        // Tags stand before everything else of a command.
        if (!text.StartsWith("-- ", StringComparison.Ordinal))
        {
            return [];
        }

        var found = new List<string>();
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (!line.IsEmpty && !line.StartsWith("-- ", StringComparison.Ordinal))
            {
                break;
            }

            if (line.Length > 3 && line[3..].StartsWith(Head, StringComparison.Ordinal))
            {
                found.AddRange(line[(3 + Head.Length)..].ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries));
            }
        }

        return found;
    }

    protected override Expression VisitExtension(Expression node)
    {
        if (node is EntityQueryRootExpression root && !_isTagged)
        {
            _isTagged = true;
            return Expression.Call(TagWith.MakeGenericMethod(root.ElementType), root, Expression.Constant(_tag));
        }

        return base.VisitExtension(node);
    }
}
