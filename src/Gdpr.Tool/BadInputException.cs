namespace Gdpr.Tool;

/// <summary>The command line or a file cannot be used. The message says where, why and how to mend it, and holds no personal data.</summary>
internal sealed class BadInputException(string message) : Exception(message);
