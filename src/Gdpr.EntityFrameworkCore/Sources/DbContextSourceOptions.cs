using Gdpr.EntityFrameworkCore.Hazards;
using Gdpr.EntityFrameworkCore.Mapping;
using Gdpr.Relational.Mapping;
using Gdpr.Sources;

namespace Gdpr.EntityFrameworkCore.Sources;

/// <summary>What is said of a context's model beside the model, where it is added as a source.</summary>
public sealed class DbContextSourceOptions
{
    private readonly Dictionary<Type, RecordStatement> _statements = [];
    private readonly HashSet<Type> _keptElsewhere = [];
    private readonly Dictionary<(string Type, ModelHazard Hazard), string> _accepted = [];
    private readonly Dictionary<string, string> _excusedPlaces = new(StringComparer.Ordinal);

    internal DbContextSourceOptions()
    {
    }

    internal IReadOnlyDictionary<Type, RecordStatement> Statements => _statements;

    /// <summary>The classes of which the source of another context keeps the records.</summary>
    internal IReadOnlySet<Type> ElsewhereKept => _keptElsewhere;

    /// <summary>How much the evidence says where the database disposes of a batch in one statement: each record, unless the host says otherwise.</summary>
    public EvidenceDetail Evidence { get; set; } = EvidenceDetail.PerRecord;

    /// <summary>By entity type's name and hazard, why what the model keeps of it after its erasure may stay.</summary>
    internal IReadOnlyDictionary<(string Type, ModelHazard Hazard), string> Accepted => _accepted;

    /// <summary>By table or column of the database, why nobody maps it.</summary>
    internal IReadOnlyDictionary<string, string> ExcusedPlaces => _excusedPlaces;

    /// <summary>Why the start does not demand complete coverage, or <see langword="null"/>.</summary>
    internal string? UncoveredBecause { get; private set; }

    /// <summary>Says that the objects of an entity type are the records of a data set; it overrules what the model says.</summary>
    /// <typeparam name="TEntity">The entity type.</typeparam>
    /// <param name="dataSet">The data set's path, such as <c>crm.customers</c>.</param>
    /// <param name="map">Says where its person, triggers and fields are; what it leaves out is found by attributes, annotations and names.</param>
    public DbContextSourceOptions Map<TEntity>(string dataSet, Action<RecordMapBuilder<TEntity>>? map = null)
        where TEntity : class
    {
        var builder = new RecordMapBuilder<TEntity>(dataSet);
        map?.Invoke(builder);
        return Say<TEntity>(builder.Statement);
    }

    /// <summary>Says that another context's source keeps the records of which this one has the class too, in the same table under the same key: that source says when
    /// they are due, and disposes of them. Here they are filtered, asked after and recorded as it says; this source does not have their data set. Overrules what
    /// <see cref="Map"/> or <see cref="Excuse{TEntity}"/> says of the class, and is overruled by what they say later.</summary>
    /// <typeparam name="TEntity">The entity type; those that derive from it too, unless one is mapped by itself. Which data set they are is said as for every entity
    /// type, or where the other source is added.</typeparam>
    /// <remarks>The host's start is refused (<see cref="SourceMappingException"/>) where no other context's source has the data set, or has it in another table or by
    /// another key; what asks for records is refused where the two contexts lead to different databases.</remarks>
    public DbContextSourceOptions KeptElsewhere<TEntity>()
        where TEntity : class
    {
        _statements.Remove(typeof(TEntity));
        _keptElsewhere.Add(typeof(TEntity));
        return this;
    }

    /// <summary>Says why an entity type holds no personal data.</summary>
    /// <typeparam name="TEntity">The entity type.</typeparam>
    /// <param name="because">The reason.</param>
    public DbContextSourceOptions Excuse<TEntity>(string because)
        where TEntity : class
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(because);
        return Say<TEntity>(new RecordStatement { Excuse = because });
    }

    /// <summary>Says why a table or a column of the database that the model does not know is left out, as <see cref="SqlMapping.Excused"/> has it.</summary>
    /// <param name="place">A table, a column such as <c>orders.total</c>, every column of a table such as <c>carriers.*</c>, or a data set of the policy.</param>
    /// <param name="because">The reason.</param>
    public DbContextSourceOptions Excuse(string place, string because)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(place);
        ArgumentException.ThrowIfNullOrWhiteSpace(because);
        _excusedPlaces[place] = because;
        return this;
    }

    /// <summary>Lets the host start without complete coverage of the context's database. Tests can still demand it.</summary>
    /// <param name="because">The reason.</param>
    public DbContextSourceOptions StartUncovered(string because)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(because);
        UncoveredBecause = because;
        return this;
    }

    /// <summary>Accepts a hazard of an entity type, with the reason why nothing erased is kept by it. Its other hazards still stop the start, and so does one that is
    /// accepted and not there.</summary>
    /// <typeparam name="TEntity">The entity type that has it.</typeparam>
    /// <param name="hazard">The hazard.</param>
    /// <param name="because">The reason.</param>
    public DbContextSourceOptions Accept<TEntity>(ModelHazard hazard, string because)
        where TEntity : class
    {
        if (!Enum.IsDefined(hazard))
        {
            throw new ArgumentOutOfRangeException(nameof(hazard), hazard, "There is no such hazard.");
        }

        ArgumentException.ThrowIfNullOrWhiteSpace(because);
        _accepted[(typeof(TEntity).FullName!, hazard)] = because;
        return this;
    }

    private DbContextSourceOptions Say<TEntity>(RecordStatement statement)
    {
        _keptElsewhere.Remove(typeof(TEntity));
        _statements[typeof(TEntity)] = statement;
        return this;
    }
}
