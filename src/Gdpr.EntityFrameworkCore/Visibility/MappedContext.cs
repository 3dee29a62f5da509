using Gdpr.EntityFrameworkCore.Sources;

namespace Gdpr.EntityFrameworkCore.Visibility;

/// <summary>A context that is a source, and what is said beside its model.</summary>
/// <param name="Type">The context's class.</param>
/// <param name="Options">What is said.</param>
internal sealed record MappedContext(Type Type, DbContextSourceOptions Options);
