"""Hyperparameter tuning: many trainings of one recipe with settings varied, the best one told."""
