namespace Gdpr.Retention.Columns;

/// <summary>How many there are of something, as a type: code for it is compiled without the question.</summary>
internal interface ICount
{
    /// <summary>How many.</summary>
    static abstract int Value { get; }
}

/// <summary>One.</summary>
internal readonly struct One : ICount
{
    public static int Value => 1;
}

/// <summary>Two.</summary>
internal readonly struct Two : ICount
{
    public static int Value => 2;
}

/// <summary>Three.</summary>
internal readonly struct Three : ICount
{
    public static int Value => 3;
}

/// <summary>Four.</summary>
internal readonly struct Four : ICount
{
    public static int Value => 4;
}
