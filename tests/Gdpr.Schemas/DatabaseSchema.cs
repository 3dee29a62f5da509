namespace Gdpr.Schemas;

/// <summary>A database of a kind that hosts have, for tests on SQLite and PostgreSQL: its tables, a few rows, a policy, and a mapping that covers it completely.</summary>
/// <remarks>In the SQL, <c>/*sqlite … sqlite*/</c> is read by SQLite alone and <c>/*postgres … postgres*/</c> by PostgreSQL alone.</remarks>
/// <param name="Name">The schema's name.</param>
public sealed record DatabaseSchema(string Name)
{
    /// <summary>A shop for music: names in quotes, self reference, several children.</summary>
    public static DatabaseSchema Music { get; } = new("music");

    /// <summary>A trading company: natural keys, composite keys, companies that look like people.</summary>
    public static DatabaseSchema Trade { get; } = new("trade");

    /// <summary>The accounts of a web application.</summary>
    public static DatabaseSchema Accounts { get; } = new("accounts");

    /// <summary>What goes wrong elsewhere: cycles, shared rows, nullable owners, reserved words, quoted names, views, computed columns, no keys.</summary>
    public static DatabaseSchema Nasty { get; } = new("nasty");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<DatabaseSchema> All { get; } = [Music, Trade, Accounts, Nasty];

    /// <summary>The policy, as JSON.</summary>
    public string Policy => Read("policy.json");

    /// <summary>The mapping that covers everything, as JSON.</summary>
    public string Mapping => Read("mapping.json");

    /// <summary>A mapping of the people alone, without anything that refers to them, as JSON.</summary>
    public string BareMapping => Read("bare.json");

    /// <summary>Code and place of everything that is found where nothing is mapped.</summary>
    public IReadOnlyList<string> FoundUnmapped => Lines("unmapped.txt");

    /// <summary>Code and place of everything that is found with <see cref="BareMapping"/>.</summary>
    public IReadOnlyList<string> FoundBare => Lines("bare.txt");

    /// <summary>The statements that create the tables in SQLite.</summary>
    public string SqliteTables => For("sqlite", Read("tables.sql"));

    /// <summary>The statements that create the tables in PostgreSQL.</summary>
    public string PostgresTables => For("postgres", Read("tables.sql"));

    /// <summary>The statements that fill the tables, for either.</summary>
    public string Rows => Read("rows.sql");

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static string For(string database, string statements) =>
        statements.Replace($"/*{database}", "", StringComparison.Ordinal).Replace($"{database}*/", "", StringComparison.Ordinal);

    private IReadOnlyList<string> Lines(string file) => Read(file).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private string Read(string file)
    {
        using var reader = new StreamReader(typeof(DatabaseSchema).Assembly.GetManifestResourceStream($"{Name}/{file}")
            ?? throw new InvalidOperationException($"Schema '{Name}' has no {file}."));
        return reader.ReadToEnd();
    }
}
