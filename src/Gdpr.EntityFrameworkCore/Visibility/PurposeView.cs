using Gdpr.Retention;
using Microsoft.EntityFrameworkCore;

namespace Gdpr.EntityFrameworkCore.Visibility;

/// <summary>What a purpose may see of a context. A query that starts from it is for this purpose throughout: what it includes and joins is judged alike.</summary>
/// <remarks>Cutoffs are those of the moment in which a query runs. Entity types that hold no personal data are seen whole.</remarks>
public sealed class PurposeView
{
    private readonly DbContext _context;
    private readonly QueryPurpose _asked;
    private readonly ContextVisibility _visibility;

    internal PurposeView(DbContext context, QueryPurpose asked)
    {
        ArgumentNullException.ThrowIfNull(context);
        (_context, _asked) = (context, asked);
        _visibility = GdprOptionsExtension.Of(context)?.Visibility
            ?? throw new InvalidOperationException($"{context.GetType().Name} does not use the library: call UseGdpr where its options are made.");
        if (asked.Purpose is { } purpose && _visibility.Schedule.Policy.Activities.Values.All(activity => activity.Purpose != purpose))
        {
            throw new ArgumentException($"The policy has no purpose '{purpose}': name one of an activity.", nameof(asked));
        }
    }

    /// <summary>The purpose, or <see langword="null"/> where none is named.</summary>
    public string? Purpose => _asked.Purpose;

    /// <summary>What restricted records are used for, or <see langword="null"/>.</summary>
    public AllowedUse? Use => _asked.Use;

    /// <summary>The objects of an entity type, as far as they may be seen.</summary>
    /// <typeparam name="TEntity">The entity type.</typeparam>
    /// <exception cref="InvalidOperationException">The model was made without the library's filter.</exception>
    public IQueryable<TEntity> Set<TEntity>()
        where TEntity : class
    {
        _visibility.ModelOf(_context);
        return _context.Set<TEntity>().TagWith(_asked.Tag);
    }
}
